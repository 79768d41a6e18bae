<?php
ini_set("memory_limit", "16M");
function f($n) { return f($n + 1) + 1; }
f(0);
