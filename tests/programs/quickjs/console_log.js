// console.log: format specifiers, and how values are shown inside and outside of strings.
console.log("plain", 1, -0, true, null, undefined, 10n, Symbol("s"));
console.log("%s is %d years and %i months, %f", "Bob", 42.5, 42.9, "3.25");
console.log("%s %s %s %s", null, undefined, -0, 12n);
console.log("%d %d %i %f", "0x10", 7n, "12px", "x");
console.log("%j %o %O", { a: [1] }, [1, { b: 2 }], { c: { d: { e: { f: 1 } } } });
console.log("100%", 5, "%", "%%", "a%%b", "%x");
console.log("%% %s", "after");
console.log("%c styled", "color: red");
console.log("missing %s %d");
console.log("extra", "more", { a: 1 }, ["x"]);
console.log(1, "%s", "not a format");
console.log("%s", { toString: () => "own" }, "%s", [1, [2, [3]]]);
console.log(
  "%s",
  class Thing {},
  function named() {},
  () => {},
);
console.log(
  "%s",
  new (class Point {
    toString() {
      return "a point";
    }
  })(),
);
console.log("%s", new Error("failed").message, new Date(0));
console.log("%d", "", "%i", {});
console.log();
console.log("");
console.log("line one\nline two");
console.log("'quotes'", ["it's", 'say "hi"', `both ' and "`, "tick ` ' \""]);
console.log(["\n\t\\", "\u0007", "\x7f", "é", "\u{1f600}", "\ud800"]);
console.info("info goes to stdout");
console.debug("debug too");
