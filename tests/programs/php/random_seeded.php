<?php
mt_srand(1);
echo mt_rand(), " ", mt_rand(), "\n";
$a = [1, 2, 3, 4, 5];
shuffle($a);
mt_srand(1);
echo mt_rand(), "\n";
