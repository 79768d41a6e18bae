<?php
$t = hrtime(true);
usleep(30000);
$ms = (hrtime(true) - $t) / 1e6;
var_dump($ms >= 29 && $ms < 500, time() > 1700000000, microtime(true) > 1.7e9);
sleep(0);
time_nanosleep(0, 1000000);
