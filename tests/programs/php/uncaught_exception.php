<?php
function f($x) { throw new RuntimeException("boom", 3, new LogicException("inner")); }
f("abc");
