<?php
function gen() { $x = yield 1; echo "got $x\n"; yield from [2, 3]; return 4; }
$g = gen(); echo $g->current(), "\n"; echo $g->send("s"), "\n"; $g->next(); echo $g->current(), "\n"; $g->next(); echo $g->getReturn(), "\n";
enum Suit: string { case H = "h"; case S = "s"; public function label(): string { return ucfirst(strtolower($this->name)); } }
echo Suit::from("h")->label(), count(Suit::cases()), "\n";
final class P { public function __construct(public readonly int $x) {} }
$p = new P(1); try { $p->x = 2; } catch (Error $e) { echo $e->getMessage(), "\n"; }
echo match(true) { 5 > 3 => "yes", default => "no" }, "\n";
$a = [[3], [1]]; usort($a, fn($p, $q) => $p[0] <=> $q[0]); echo json_encode($a), "\n";
