<?php
error_reporting(E_ALL & ~E_DEPRECATED);
print_r(strptime("03/10/2004 15:54:19 rest", "%d/%m/%Y %H:%M:%S"));
var_dump(strptime("nonsense", "%Y"));
echo strftime("%Y-%m-%d %H:%M:%S", 4102444800), " ", gmstrftime("%A %d %B %Y", 86400), " ", implode(" ", localtime(951782400)), "\n";
