<?php
echo PHP_INT_SIZE, " ", PHP_INT_MAX, " ", PHP_INT_MIN, " ", PHP_INT_MAX + 1, "\n";
var_dump(7000000000 % 10, 5000000000 * 3, (int) 4e12, 1 << 33, -1 >> 1, 0x1FFFFFFFF, intdiv(PHP_INT_MAX, 10));
$ids = [3000000000 => "a", -3000000000 => "b", "9007199254740993" => "c"];
var_dump(array_keys($ids), array_sum([2147483647, 2147483647]), range(4294967296, 4294967298));
var_dump(crc32("runcell"), ip2long("255.255.255.255"), hexdec("1ffffffff"), bindec(str_repeat("1", 40)), octdec("777777777777"));
var_dump(json_decode("[9223372036854775807, 9223372036854775808]"), json_encode(["id" => 12345678901234]));
var_dump(unpack("P", pack("P", 1 << 62))[1], unserialize(serialize(1 << 40)), (int) "0009999999999", "5000000000" == 5000000000);
printf("%d|%x|%b|%o|%'.15d|%u\n", 1 << 34, 1 << 34, 1 << 34, 1 << 34, 1 << 34, -1);
echo strtotime("2106-02-07 06:28:16 UTC"), " ", date("Y-m-d H:i:s", 32503680000), " ", mktime(12, 0, 0, 6, 15, 2500), "\n";
var_dump((int) (microtime(true) * 1000) > 1700000000000, hrtime(true) > 0, is_int(hrtime(true)));
var_dump((new DateTimeImmutable("2300-01-01", new DateTimeZone("UTC")))->getTimestamp(), filter_var("9999999999", FILTER_VALIDATE_INT));
var_dump(bcpow("2", "100"), random_int(1 << 40, 1 << 40), mt_getrandmax(), number_format(1 << 50), str_repeat("ab", 2) . (1 << 35));
mt_srand(7); echo mt_rand(0, 10 ** 12) === (function () { mt_srand(7); return mt_rand(0, 10 ** 12); })() ? "same\n" : "other\n";
