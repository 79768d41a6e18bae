<?php
$i = imagecreatetruecolor(60, 40);
imagefill($i, 0, 0, imagecolorallocate($i, 255, 200, 0));
imagefilledellipse($i, 30, 20, 30, 20, imagecolorallocate($i, 0, 0, 255));
imagestring($i, 3, 2, 2, "Hi", 0);
var_dump(imagepng($i, "out.png"), imagejpeg($i, "out.jpg"));
[$w, $h, $type] = getimagesize("out.png");
echo $w, "x", $h, " ", image_type_to_mime_type($type), "\n";
$j = imagecreatefrompng("out.png");
printf("%06x %06x\n", imagecolorat($j, 30, 20), imagecolorat($j, 59, 39));
echo bin2hex(substr(file_get_contents("out.png"), 0, 8)), "\n";
