<?php
$bytes = random_bytes(1000);
echo strlen($bytes), " ", count(array_unique(str_split($bytes))) > 200 ? "random" : "?", "\n";
foreach (["urandom", "random"] as $name) {
    $read = file_get_contents("/dev/$name", length: 300);
    echo $name, " ", strlen($read), " ", $read === file_get_contents("/dev/$name", length: 300) ? "same" : "other", " ", filetype("/dev/$name"), "\n";
}
echo bin2hex(file_get_contents("/dev/zero", length: 4)), " ", strlen(file_get_contents("/dev/null")), "\n";
var_dump(file_put_contents("/dev/null", "gone"), @file_put_contents("/dev/full", "x"));
echo error_get_last()["message"], "\n";
