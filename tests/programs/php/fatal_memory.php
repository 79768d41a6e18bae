<?php
ini_set("memory_limit", "16M");
register_shutdown_function(function () { echo "shutdown: ", error_get_last()["type"], "\n"; });
$a = [];
while (true) { $a[] = str_repeat("x", 100000); }
