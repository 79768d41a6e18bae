<?php
$fiber = new Fiber(function () { echo "never\n"; });
try {
    $fiber->start();
} catch (Throwable $e) {
    echo get_class($e), ": ", $e->getMessage(), "\n";
}
function numbers() { $sent = yield 1; echo "got $sent\n"; yield 2; }
$g = numbers(); echo $g->current(), "\n"; echo $g->send("x"), "\n";
