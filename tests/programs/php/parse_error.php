<?php
echo "start\n"
echo 1;
