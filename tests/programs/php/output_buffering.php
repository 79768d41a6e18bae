<?php
ob_start();
echo "abc";
$x = ob_get_clean();
echo strtoupper($x), "\n";
ob_start(fn($b) => str_replace("a", "o", $b));
echo "banana\n";
ob_end_flush();
ob_start(); echo "left open\n";
