<?php
echo strrev(trim(file_get_contents("php://stdin"))), "\n";
echo strlen(file_get_contents("php://stdin")), "\n";
var_dump(fgets(STDIN));
