<?php
$d = json_decode('{"a":[1,2.5,null,true],"b":{"c":"é\\u00e9"}}', true);
echo json_encode($d, JSON_UNESCAPED_UNICODE), "\n";
echo json_encode(["x" => 1.0, "y" => "a/b"], JSON_PRETTY_PRINT | JSON_PRESERVE_ZERO_FRACTION), "\n";
try { json_decode("{", false, 512, JSON_THROW_ON_ERROR); } catch (JsonException $e) { echo $e->getMessage(), "\n"; }
