$x = 21;
echo $x * 2, "\n";
echo __LINE__, " ", basename(__FILE__), "\n";
