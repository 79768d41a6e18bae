<?php
var_dump(fsockopen("example.com", 80, $code, $message, 1), $code, $message);
var_dump(stream_socket_client("tcp://example.com:80", $code, $message, 1));
var_dump(file_get_contents("http://example.com/"));
var_dump(gethostbyname("example.com"), dns_get_record("example.com"), checkdnsrr("example.com"));
$curl = curl_init("http://example.com/");
curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
var_dump(curl_exec($curl), curl_errno($curl), curl_error($curl));
var_dump(mail("a@example.com", "s", "b"));
