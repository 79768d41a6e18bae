<?php
echo "start\n";
eval("function f() {}");
eval("function f() {}");
