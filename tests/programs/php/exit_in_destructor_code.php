<?php
class Last { function __destruct() { echo "ends\n"; exit(6); } }
$last = new Last();
echo "main\n";
