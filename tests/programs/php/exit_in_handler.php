<?php
set_exception_handler(function (Throwable $e) { echo get_class($e), ": ", $e->getMessage(), "\n"; exit(3); });
register_shutdown_function(function () { echo "shutdown\n"; });
throw new DomainException("boom");
