<?php
var_dump(file_get_contents("nope.txt"));
