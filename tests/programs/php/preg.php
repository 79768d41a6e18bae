<?php
preg_match("/(?<y>\\d{4})-(?<m>\\d\\d)/", "on 2024-07-01", $m);
echo $m["y"], "/", $m["m"], "\n";
echo preg_replace_callback("/\\b(\\w)(\\w*)/u", fn($m) => mb_strtoupper($m[1]) . $m[2], "élan vital"), "\n";
print_r(preg_split("/[\\s,]+/", "a, b  c"));
var_dump(preg_match("/^(a+)+$/", str_repeat("a", 40) . "b"), preg_last_error_msg());
