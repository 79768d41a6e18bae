<?php
for ($i = 0; $i < 3; $i++) { echo mt_rand(), " ", rand(), " ", random_int(0, PHP_INT_MAX), " ", uniqid(), " ", bin2hex(random_bytes(8)), " ", sprintf("%.6f", (new Random\Randomizer())->nextFloat()), "\n"; }
