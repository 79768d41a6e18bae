<?php
// Permission bits are kept, new files obey the umask, and the questions of files read the bits.
function mode(string $path): string { clearstatcache(); return decoct(fileperms($path)); }
file_put_contents("a", "x");
echo mode("a"), " ", mode("/work"), " ", mode("/tmp"), "\n";
chmod("a", 0640);
echo mode("a"), "\n";
chmod("a", 0444);
clearstatcache();
var_dump(is_writable("a"), is_readable("a"), is_executable("a"));
echo decoct(umask(077)), " ", decoct(umask()), "\n";
touch("b");
mkdir("d");
mkdir("e", 0750);
copy("a", "c");
echo mode("b"), " ", mode("d"), " ", mode("e"), " ", mode("c"), "\n";
umask(0);
file_put_contents("f", "");
mkdir("g", 0777);
echo mode("f"), " ", mode("g"), " ", mode("b"), "\n";
umask(022);
rename("a", "z");
echo mode("z"), " ", decoct((new SplFileInfo("z"))->getPerms()), " ", decoct(stat("z")["mode"]), "\n";
echo mode(tempnam("/tmp", "x")), "\n";
file_put_contents("h", "");
echo mode("h"), "\n";
var_dump(@chmod("none", 0600));
