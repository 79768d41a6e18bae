<?php
echo getcwd(), " ", __DIR__, "\n";
mkdir("d/e", 0755, true);
var_dump(chdir("d"), getcwd(), @chdir("nope"), getcwd());
file_put_contents("e/f.txt", "hello");
symlink("e/f.txt", "link");
var_dump(file_get_contents("link"), is_link("link"), readlink("link"), realpath("link"), realpath("../d/./e/"), file_exists("../d/e/f.txt"));
chdir("e");
echo file_get_contents("f.txt"), " ", file_get_contents("../link"), " ", basename(getcwd()), "\n";
rename("f.txt", "../g.txt");
var_dump(@file_get_contents("../link"), scandir(".."), glob("../*.txt"));
chdir("/");
var_dump(getcwd(), is_dir("work"), file_get_contents("work/d/g.txt"));
chdir("/work/d");
var_dump(@rmdir("."), rmdir("e"), unlink("link"), unlink("g.txt"), rmdir("/work/d"), @getcwd());
