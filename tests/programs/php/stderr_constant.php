<?php
fwrite(STDERR, "one\n");
file_put_contents("php://stderr", "two\n");
fprintf(STDERR, "%s\n", "three");
fwrite(STDOUT, "out\n");
error_log("four");
