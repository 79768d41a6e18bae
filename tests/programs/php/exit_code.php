<?php
register_shutdown_function(function () { echo "shutdown\n"; });
class A { function __destruct() { echo "destruct\n"; } }
$a = new A;
try { exit(7); } finally { echo "never\n"; }
