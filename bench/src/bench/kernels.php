<?php
function fib($n) { return $n < 2 ? $n : fib($n - 1) + fib($n - 2); }
class Point {
    public function __construct(public int $x, public int $y) {}
    public function moved($by) { return new Point($this->x + $by, $this->y - $by); }
}
mt_srand(1);
$data = [];
for ($i = 0; $i < 4000; $i++) $data[] = ['id' => $i, 'name' => "name $i", 'tags' => ['a', 'b', "$i"]];
$prose = str_repeat('The quick brown fox, no. 1234, jumps over 56 lazy dogs. ', 2000);
$numbers = [];
for ($i = 0; $i < 50000; $i++) $numbers[] = mt_rand();
$kernels = [
    'calls' => fn() => fib(22),
    'loop' => function () { $t = 0; for ($i = 0; $i < 500; $i++) for ($j = 0; $j < 500; $j++) $t += $i ^ $j; return $t; },
    'array' => function () { $c = []; for ($i = 0; $i < 100000; $i++) { $k = $i * 7919 % 50021; $c[$k] = ($c[$k] ?? 0) + 1; } return count($c); },
    'text' => function () { $s = ''; for ($i = 0; $i < 50000; $i++) $s .= strtoupper(str_pad((string)$i, 6, '0')) . '-'; return count(explode('-', $s)); },
    'floats' => function () { $x = $y = 0.0; for ($i = 0; $i < 200000; $i++) { $x = $x * 0.999 + $i / 3.0; $y += $x * $x - $y / 7.0; } return $y; },
    'objects' => function () { $p = new Point(0, 0); for ($i = 0; $i < 50000; $i++) $p = $p->moved($i % 7); return $p->x; },
    'json' => fn() => count(json_decode(json_encode($data), true)),
    'regex' => fn() => preg_match_all('/\b\w+\d+\b|[a-z]{4,}/', $prose, $m),
    'sort' => function () use ($numbers) { sort($numbers); usort($numbers, fn($a, $b) => $b <=> $a); return $numbers[0]; },
];
foreach ($kernels as $name => $kernel) {
    $best = INF;
    for ($turn = 0; $turn < 3; $turn++) {
        $start = hrtime(true);
        $kernel();
        $best = min($best, hrtime(true) - $start);
    }
    printf("%s %.3f\n", $name, $best / 1e6);
}
