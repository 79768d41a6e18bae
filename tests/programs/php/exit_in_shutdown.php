<?php
register_shutdown_function(function () { echo "first\n"; exit(5); });
register_shutdown_function(function () { echo "never\n"; });
echo "main\n";
exit(1);
