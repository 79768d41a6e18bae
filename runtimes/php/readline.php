<?php
// Owns: readline, for programs that call it, on the standard input of a run.
// There is no terminal, so that there is nothing to edit and no history.

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
