<?php
foreach (["exec", "shell_exec", "system", "passthru", "popen", "proc_open", "mail", "fsockopen", "stream_socket_client", "gethostbyname", "curl_init"] as $f) { if (function_exists($f)) echo "$f exists\n"; }
var_dump(@file_get_contents("http://example.com/"));
echo error_get_last()["message"], "\n";
shell_exec("ls");
