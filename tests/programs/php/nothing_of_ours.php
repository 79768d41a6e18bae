<?php
print_r(get_included_files());
print_r(get_defined_functions()["user"]);
print_r(array_keys(get_defined_constants(true)["user"] ?? []));
print_r(array_diff(array_keys(get_defined_vars()), ["_GET", "_POST", "_COOKIE", "_FILES", "argv", "argc", "_SERVER", "_ENV", "_REQUEST"]));
var_dump(STDIN, STDOUT, STDERR, http_response_code(), headers_list(), ini_get("auto_prepend_file"), ini_get("disable_functions"));
putenv("SET_HERE=1");
var_dump(getenv("SET_HERE"), getenv()["SET_HERE"], getenv("HOME"));
putenv("SET_HERE");
var_dump(getenv("SET_HERE"));
ob_start();
phpinfo(INFO_GENERAL);
$info = ob_get_clean();
echo strip_tags($info) === $info ? "text" : "html", " ", preg_match("/Server API => Command Line Interface/", $info), "\n";
var_dump(getmypid() > 0, PHP_OS_FAMILY, PHP_EOL, DIRECTORY_SEPARATOR, php_ini_scanned_files());
