<?php
$x = simplexml_load_string("<r><a id='1'>x</a><a id='2'>y</a></r>");
foreach ($x->a as $a) { echo $a["id"], "=", $a, " "; }
$d = new DOMDocument; $d->loadHTML("<p class=c>hi <b>you</b></p>");
$q = new DOMXPath($d);
echo $q->query("//p[@class='c']/b")->item(0)->textContent, "\n";
$w = new XMLWriter; $w->openMemory(); $w->startElement("e"); $w->text("<&>"); $w->endElement(); echo $w->outputMemory(), "\n";
