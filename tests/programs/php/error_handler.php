<?php
set_error_handler(function ($no, $msg, $file, $line) { throw new ErrorException($msg, 0, $no, $file, $line); });
try { echo [][0]; } catch (ErrorException $e) { echo $e->getMessage(), " on ", $e->getLine(), "\n"; }
set_exception_handler(function (Throwable $e) { echo "handler: ", $e->getMessage(), "\n"; });
throw new Exception("last");
