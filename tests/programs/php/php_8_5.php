<?php
// What PHP 8.5 does otherwise: traces of fatal errors, a deprecated backtick, and its own functions.
echo PHP_VERSION_ID >= 80500 ? "8.5" : PHP_VERSION, " ", PHP_INT_SIZE, " ", array_first([3, 4]), array_last([3, 4]), "\n";
echo "hello" |> strtoupper(...), "\n";
umask(077);
touch("f");
echo decoct(fileperms("f")), "\n";
var_dump(`ls`);
function f() { return str_repeat("x", PHP_INT_MAX >> 8); }
f();
