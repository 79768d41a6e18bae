<?php
fscanf(STDIN, "%d %d", $a, $b);
echo $a * $b, "\n";
echo implode(",", array_map("trim", file("php://stdin"))), "\n";
