<?php
echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION, " ", PHP_INT_SIZE, " ", PHP_SAPI, " ", json_encode([$argv, fgets(STDIN)]), "\n";
echo (new PDO("sqlite::memory:"))->query("SELECT 6 * 7")->fetchColumn(), " ", function_exists("exec") ? "exec" : "no exec", "\n";
throw new DomainException("ends");
