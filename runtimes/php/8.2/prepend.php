<?php
// Owns: what a program finds in the command line interpreter and this build
// lacks: the standard streams as constants, readline, the host's name, and how
// the program was called. Runs before every program, in its global scope.

define('STDIN', fopen('php://stdin', 'r'));
define('STDOUT', fopen('php://stdout', 'w'));
define('STDERR', fopen('php://stderr', 'w'));

$argv[0] = str_starts_with($argv[0], '/work/') ? substr($argv[0], 6) : $argv[0];
$_SERVER['argv'] = $argv;
foreach (['PHP_SELF', 'SCRIPT_NAME', 'SCRIPT_FILENAME', 'PATH_TRANSLATED'] as $_) {
    $_SERVER[$_] = $argv[0];
}
$_SERVER['DOCUMENT_ROOT'] = '';
unset($_);

function readline(?string $prompt = null): string|false
{
    echo $prompt;
    $line = fgets(STDIN);
    return $line === false ? false : rtrim($line, "\r\n");
}

function readline_add_history(string $prompt): bool
{
    return true;
}

function gethostname(): string|false
{
    return 'localhost';
}
