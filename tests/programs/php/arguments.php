<?php
echo $argc, " ", implode("|", $argv), "\n";
var_dump($_SERVER["argv"] === $argv, PHP_SAPI, php_sapi_name(), basename($_SERVER["SCRIPT_FILENAME"]));
