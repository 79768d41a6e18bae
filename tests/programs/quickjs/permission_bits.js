// Permission bits are kept, new files obey the umask, and access reads the bits.
const fs = require("fs");
const mode = (path) => fs.statSync(path).mode.toString(8);
const failed = (act) => { try { act(); return "ok"; } catch (error) { return `${error.code} ${error.name}: ${error.message}`; } };

fs.writeFileSync("a", "hi", { mode: 0o640 });
console.log(mode("a"), mode("/work"), mode("/tmp"));
fs.chmodSync("a", "755");
console.log(mode("a"), failed(() => fs.accessSync("a", fs.constants.X_OK)));
fs.chmodSync("a", 0o444);
console.log(mode("a"), failed(() => fs.accessSync("a", fs.constants.W_OK)), failed(() => fs.accessSync("a", fs.R_OK)));
fs.copyFileSync("a", "b");
console.log(mode("b"), process.umask(0o077).toString(8));
fs.writeFileSync("c", "");
fs.mkdirSync("d");
fs.mkdirSync("e", 0o750);
fs.mkdirSync("f/g", { recursive: true, mode: 0o711 });
console.log(mode("c"), mode("d"), mode("e"), mode("f/g"), process.umask().toString(8), process.umask("22").toString(8));
const fd = fs.openSync("h", "w", 0o700);
fs.fchmodSync(fd, 0o604);
fs.ftruncateSync(fd, 5);
console.log(fs.fstatSync(fd).mode.toString(8), fs.fstatSync(fd).size, fs.writevSync(fd, [Buffer.from("ab"), Buffer.from("c")]));
fs.closeSync(fd);
console.log(mode(fs.mkdtempSync("/tmp/x-")), fs.lstatSync("/dev/null").isCharacterDevice());
for (const act of [() => fs.chmodSync("none", 0o600), () => fs.chmodSync("a", "rwx"), () => fs.chmodSync("a"), () => fs.chmodSync("a", 1.5), () => fs.chmodSync("/usr", 0)]) console.log(failed(act));
(async () => {
  await fs.promises.chmod("a", 0o600);
  const file = await fs.promises.open("i", "w", 0o777);
  await file.chmod(0o411);
  console.log(mode("a"), (await file.stat()).mode.toString(8));
  await file.close();
  const names = [];
  for await (const entry of await fs.promises.opendir(".")) names.push(entry.name);
  console.log(names.includes("i"), fs.opendirSync("d").readSync());
  fs.chmod("a", 0o400, (error) => console.log(error, mode("a")));
})();
