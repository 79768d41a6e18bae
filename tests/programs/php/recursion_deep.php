<?php
function f($n) { return $n == 0 ? 0 : 1 + f($n - 1); }
echo f(20000), "\n";
function g($n) { return $n == 0 ? 0 : 1 + array_sum(array_map(fn($x) => g($n - 1), [1])); }
echo g(1000), "\n";
