<?php
$read = [STDIN]; $write = null; $except = null;
var_dump(stream_select($read, $write, $except, 1), count($read), stream_isatty(STDOUT), stream_isatty(STDIN));
echo fgets(STDIN), fgetc(STDIN), "|", fread(STDIN, 3), "|", stream_get_contents(STDIN), "|";
var_dump(feof(STDIN), fgets(STDIN));
$start = microtime(true); usleep(20000); var_dump(microtime(true) - $start >= 0.02);
print_r(array_intersect_key(stream_get_meta_data(STDOUT), ["mode" => 1, "stream_type" => 1, "wrapper_type" => 1]));
