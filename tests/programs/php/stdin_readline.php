<?php
$name = readline("name? ");
$age = (int) readline("age? ");
echo "$name is $age\n";
