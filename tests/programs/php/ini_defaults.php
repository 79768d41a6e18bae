<?php
foreach (["error_reporting", "precision", "serialize_precision", "max_execution_time", "implicit_flush", "output_buffering", "display_errors", "html_errors", "short_open_tag", "zend.assertions", "default_charset"] as $k) { echo $k, "=", ini_get($k), "\n"; }
echo 0.1 + 0.2, " ", json_encode(0.1 + 0.2), " ", PHP_INT_SIZE, " ", PHP_VERSION_ID >= 80400 ? "new" : "old", " ", PHP_OS_FAMILY, "\n";
var_dump(PHP_INT_MAX, PHP_INT_MAX + 1, 7 <=> 7.0, intdiv(-7, 2), -7 % 3, 2 ** 63);
