<?php
$n = 0; $sum = 0;
while (($line = fgets(STDIN)) !== false) { $n++; $sum += strlen($line); }
echo $n, " ", $sum, "\n";
