<?php
function f($a = 1, $b) { return $b; }
echo f(1, 2), "\n";
echo strlen(null), "\n";
trigger_error("mine", E_USER_NOTICE);
