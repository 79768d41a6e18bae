#!/usr/bin/env node
// A script in sloppy mode: implicit globals, with, octal numbers, arguments, labels, hashbang.
implicit = 5;
console.log(implicit, globalThis.implicit, delete globalThis.implicit, typeof implicit);
with ({ inner: 1 }) console.log(inner);
console.log(010, 0o10, "\101", (function () { return typeof this; })(), (function (a) { arguments[0] = 2; return a; })(1));
console.log((function f(n) { return n ? n * arguments.callee(n - 1) : 1; })(5), hoisted(), typeof later);
function hoisted() { return "hoisted"; }
var later = 1;
var later;
if (true) { function inBlock() { return "in block"; } }
console.log(inBlock(), later);
var undefined_ = void 0, let_ = 1;
yield = 3;
console.log(yield, undefined_ === undefined, let_);
<!-- an old comment
console.log(typeof null, null instanceof Object, NaN !== NaN, [] == false, "1" + 1, "3" * "4", 1 < 2 < 3, 3 > 2 > 1);
