<?php
echo "start\n";
function f($n) { return array_map(fn($x) => f($n + 1), [1]); }
f(0);
