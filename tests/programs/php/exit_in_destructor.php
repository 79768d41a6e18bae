<?php
class Last { function __destruct() { exit("D"); } }
$last = new Last();
exit("x");
