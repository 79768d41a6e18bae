<?php
session_start();
$_SESSION["n"] = 5;
session_write_close();
session_start();
echo $_SESSION["n"], "\n";
