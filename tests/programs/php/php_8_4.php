<?php
class Point { public private(set) int $x = 1; public string $name { get => strtoupper($this->name); set => trim($value); } }
$p = new Point(); $p->name = " abc ";
echo $p->name, " ", array_find([1, 5, 9], fn($n) => $n > 3), " ", mb_trim("\u{3000}x "), " ", (new DateTime("2024-01-01"))->setMicrosecond(5)->format("u"), "\n";
try { $p->x = 2; } catch (Error $e) { echo $e->getMessage(), "\n"; }
var_dump(array_all([1, 2], fn($n) => is_int($n)), new ReflectionClass("Point")->isFinal(), PHP_VERSION_ID >= 80400, str_increment("az"));
echo Dom\HTMLDocument::createFromString("<!doctype html><p class=a>x<p>y", LIBXML_NOERROR)->querySelector("p.a")->textContent, "\n";
