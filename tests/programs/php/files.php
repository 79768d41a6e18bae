<?php
var_dump(getcwd(), __DIR__, sys_get_temp_dir());
file_put_contents("a.txt", "one\ntwo\n");
file_put_contents("a.txt", "three\n", FILE_APPEND);
print_r(file("a.txt", FILE_IGNORE_NEW_LINES));
mkdir("d/e", 0777, true);
rename("a.txt", "d/e/b.txt");
print_r(glob("d/*/*.txt"));
print_r(scandir("d"));
$t = tempnam("/tmp", "x");
file_put_contents($t, "tmp");
var_dump(filesize($t), str_starts_with($t, "/tmp/x"), file_exists("nope"), is_dir("d"), realpath("d/e/../e/b.txt"));
unlink("d/e/b.txt"); rmdir("d/e"); rmdir("d"); unlink($t);
$h = tmpfile(); fwrite($h, "abc"); rewind($h); echo fread($h, 10), "\n";
$c = fopen("c.csv", "w+"); fputcsv($c, ["x", "y z", "q\"q"], escape: ""); rewind($c); print_r(fgetcsv($c, escape: ""));
chdir("/tmp"); echo getcwd(), "\n";
var_dump(@file_put_contents("/etc/x", "no"));
