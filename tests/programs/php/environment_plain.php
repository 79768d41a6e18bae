<?php
// The environment is that of a plain machine, and all of it can be taken away.
$names = array_keys(getenv());
sort($names);
echo implode(" ", $names), "\n";
foreach ($names as $name) putenv($name);
var_dump(getenv(), getenv("HOME"));
putenv("A=1");
var_dump(getenv("A"));
