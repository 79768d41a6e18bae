<?php
require_once "lib/util.php";
require_once __DIR__ . "/lib/util.php";
echo Util\twice(21), "\n";
$conf = include "conf.php";
echo $conf["name"], "\n";
spl_autoload_register(fn($c) => require __DIR__ . "/" . strtolower($c) . ".php");
echo (new Point(1, 2))->sum(), "\n";
require "nope.php";
