<?php
var_dump(getenv("HOME"), $_ENV["PWD"], $_SERVER["LANG"], getenv("NOPE"));
putenv("A=b"); echo getenv("A"), "\n";
