<?php
// Keys, signatures and certificates of a program's own.
$key = openssl_pkey_new(["private_key_bits" => 1024, "private_key_type" => OPENSSL_KEYTYPE_RSA]);
var_dump($key instanceof OpenSSLAsymmetricKey, openssl_pkey_export($key, $pem), str_contains($pem, "PRIVATE KEY"));
$public = openssl_pkey_get_details($key)["key"];
openssl_sign("data", $signature, $key, OPENSSL_ALGO_SHA256);
var_dump(openssl_verify("data", $signature, $public, OPENSSL_ALGO_SHA256), openssl_verify("other", $signature, $public, OPENSSL_ALGO_SHA256));
openssl_public_encrypt("secret", $sealed, $public);
openssl_private_decrypt($sealed, $opened, $key);
var_dump($opened);
$request = openssl_csr_new(["commonName" => "example.org", "countryName" => "DE"], $key, ["digest_alg" => "sha256"]);
$certificate = openssl_csr_sign($request, null, $key, 365, ["digest_alg" => "sha256"]);
var_dump(openssl_x509_parse($certificate)["subject"]["CN"], openssl_x509_check_private_key($certificate, $key));
$curve = openssl_pkey_new(["private_key_type" => OPENSSL_KEYTYPE_EC, "curve_name" => "prime256v1"]);
var_dump(openssl_pkey_get_details($curve)["ec"]["curve_name"]);
