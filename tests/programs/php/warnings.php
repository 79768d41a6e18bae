<?php
echo $undefined;
$a = [];
echo $a["k"];
echo 10 / 4, "\n";
echo "end\n";
