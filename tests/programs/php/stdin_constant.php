<?php
$sum = 0;
while (($line = fgets(STDIN)) !== false) { $sum += (int) $line; }
echo $sum, "\n";
var_dump(feof(STDIN), is_resource(STDIN));
