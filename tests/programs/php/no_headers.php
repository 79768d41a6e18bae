<?php
header("X-Test: 1");
http_response_code(404);
setcookie("a", "b");
var_dump(headers_sent());
echo "body\n";
