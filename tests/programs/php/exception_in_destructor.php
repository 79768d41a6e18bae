<?php
class Last { function __destruct() { throw new RuntimeException("at the end"); } }
$last = new Last();
echo "main\n";
