<?php
$f = new Fiber(function () {});
$f->start();
