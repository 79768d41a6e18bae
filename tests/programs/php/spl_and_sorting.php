<?php
$h = new SplPriorityQueue; foreach (["a" => 1, "b" => 3, "c" => 2] as $k => $p) $h->insert($k, $p);
while (!$h->isEmpty()) echo $h->extract();
$s = new SplObjectStorage; $o = new stdClass; $s[$o] = 1; echo count($s);
$a = ["b" => 2, "a" => 1]; ksort($a); echo json_encode($a), json_encode(array_count_values(["x", "y", "x"])), "\n";
echo serialize(["a" => [1, true, null, 1.5]]), "\n", hash("sha256", "abc"), "\n", md5("abc"), " ", crc32("abc"), " ", base64_encode("héy"), "\n";
var_dump(password_verify("pw", password_hash("pw", PASSWORD_BCRYPT, ["cost" => 4])));
