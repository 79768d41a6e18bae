// A pattern of many alternatives may have groups of the same name in different ones.
for (const count of [256, 257, 258, 513, 3000]) {
  const parts = ["(?<a>X)", ...Array(count - 2).fill("z"), "(?<a>Y)"];
  const pattern = new RegExp(parts.join("|"));
  console.log(count, pattern.exec("Y").groups.a, pattern.exec("X").groups.a, pattern.exec("z").groups.a);
}
const many = new RegExp(Array.from({ length: 200 }, (_, i) => `(?<n>${i})x`).join("|"));
console.log(many.exec("199x").groups.n, many.exec("7x").groups.n);
console.log("2024-05 05/2024".replace(/(?<y>\d{4})-(?<m>\d\d)|(?<m>\d\d)\/(?<y>\d{4})/g, "$<m>.$<y>"));
for (const text of ["(?<a>x)(?<a>y)", "(?<a>x)|(?:(?<a>y)(?<a>z))", "(?<a>(?<a>x))"]) {
  try { new RegExp(text); console.log("taken", text); } catch (error) { console.log(error.name, error.message); }
}
