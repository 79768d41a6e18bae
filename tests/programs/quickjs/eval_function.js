// eval, new Function and what goes wrong in them.
const local = 2;
console.log(eval("local * 21"), eval("var made = 1; made + 1"), typeof made, (0, eval)("typeof local"));
console.log(
  new Function("a", "b", "return a + b")(1, 2),
  new Function("return this === globalThis")(),
  String(new Function("x", "return x")),
);
console.log(eval("({ a: 1 })"), eval("{ a: 1 }"), eval("1;;;"), eval(""), eval(5));
(function () {
  "use strict";
  eval("var hidden = 1");
  console.log(
    typeof hidden,
    (() => {
      try {
        return eval("undeclared = 1");
      } catch (error) {
        return error.name;
      }
    })(),
  );
})();
const attempts = [
  "1 +",
  "let a; let a;",
  "missing()",
  "({}).x.y",
  "throw new Error('thrown inside')",
  "return 1",
  "foo bar",
  "'open",
  "if (",
  "for (;;",
  "const c;",
  "1 = 2",
  "await 1",
  "break",
  "a => {",
  "[1, 2",
  "/open",
  "function () {}",
  "new.target",
  "let let = 1",
  "yield 5 + ",
  "x.",
  "super.x",
  "({ a: 1, b })",
  "obj = {a 1}",
  "var 1a",
  "1..2.3",
  "0b12",
  "try {}",
  "do x while",
  "switch (1) { case }",
];
for (const code of attempts) {
  try {
    console.log(code, eval(code));
  } catch (error) {
    console.log(`${JSON.stringify(code)} -> ${error.name}: ${error.message}`);
  }
}
