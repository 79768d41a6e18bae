<?php
register_shutdown_function(function () { throw new RuntimeException("late"); });
echo "main\n";
