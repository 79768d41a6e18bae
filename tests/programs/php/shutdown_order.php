<?php
register_shutdown_function(function () { echo "a\n"; register_shutdown_function(function () { echo "c\n"; }); });
register_shutdown_function(function ($x) { echo "b$x\n"; }, 1);
echo "main\n";
