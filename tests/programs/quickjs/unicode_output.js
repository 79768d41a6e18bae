// Text of all kinds goes out as UTF-8; a lone half of a character becomes U+FFFD.
console.log("ASCII, é, ß, 漢字, 🙂, 👨‍👩‍👧, עברית, \u0000 and \ud83d alone");
process.stdout.write("no new line: ü");
console.log();
console.error("ü on stderr");
console.log(["漢字", "🙂"], { ключ: 1, ñ: 2 }, "\u200bzero width", "tab\there");
console.table([{ 名: "値" }]);
