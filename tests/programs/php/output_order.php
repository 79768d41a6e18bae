<?php
echo "1 ";
fwrite(STDERR, "2 ");
print "3 ";
fwrite(STDERR, "4 ");
printf("%d ", 5);
fwrite(STDOUT, "6\n");
