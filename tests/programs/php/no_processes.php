<?php
var_dump(exec("ls", $lines, $code), $lines, $code);
var_dump(shell_exec("ls"), `ls`, system("ls"), passthru("ls"));
var_dump(popen("ls", "r"), proc_open(["ls"], [1 => ["pipe", "w"]], $pipes));
echo "goes on\n";
