// fs, synchronously: files, folders, descriptors, errors. Files left behind can be fetched.
const fs = require("fs");
fs.writeFileSync("out.txt", "line 1\n");
fs.appendFileSync("out.txt", "line 2 é\n");
console.log(
  fs.readFileSync("out.txt", "utf8"),
  fs.readFileSync("out.txt"),
  fs.readFileSync("out.txt", { encoding: "base64" }),
);
fs.mkdirSync("deep/er/still", { recursive: true });
fs.writeFileSync("deep/er/data.bin", new Uint8Array([1, 2, 255]));
console.log(
  fs.existsSync("deep"),
  fs.existsSync("nothing"),
  fs.readdirSync("deep"),
  fs.readdirSync("deep", { recursive: true }).sort(),
  fs
    .readdirSync("deep/er", { withFileTypes: true })
    .map((entry) => [entry.name, entry.isDirectory()])
    .sort(),
);
const stats = fs.statSync("out.txt");
console.log(
  stats.size,
  stats.isFile(),
  stats.isDirectory(),
  stats.mtime instanceof Date,
  Math.abs(Date.now() - stats.mtimeMs) < 60000,
  fs.statSync("nothing", { throwIfNoEntry: false }),
);
fs.renameSync("deep/er/data.bin", "deep/moved.bin");
fs.copyFileSync("out.txt", "copy.txt");
fs.truncateSync("copy.txt", 4);
console.log(
  fs.readFileSync("copy.txt", "latin1"),
  fs.readFileSync("deep/moved.bin").toString("hex"),
  fs.realpathSync("deep/../copy.txt").endsWith("/copy.txt"),
);
fs.symlinkSync("copy.txt", "link");
console.log(fs.readlinkSync("link"), fs.lstatSync("link").isSymbolicLink(), fs.readFileSync("link", "utf8"));

const fd = fs.openSync("random.txt", "w+");
console.log(fs.writeSync(fd, "0123456789"), fs.writeSync(fd, Buffer.from("AB"), 0, 2, 3));
const chunk = Buffer.alloc(4);
console.log(fs.readSync(fd, chunk, 0, 4, 2), chunk.toString(), fs.fstatSync(fd).size);
fs.closeSync(fd);

fs.unlinkSync("link");
fs.rmSync("deep", { recursive: true });
fs.rmSync("nothing", { force: true });
fs.mkdirSync("empty");
fs.rmdirSync("empty");
console.log(fs.readdirSync(".").filter((name) => !/^main/.test(name)));
const failing = {
  "no file": () => fs.readFileSync("nothing.txt"),
  "a folder": () => fs.readFileSync("."),
  "no folder": () => fs.readdirSync("nothing"),
  exists: () => fs.mkdirSync("."),
  exclusive: () => fs.writeFileSync("copy.txt", "", { flag: "wx" }),
  "no parent": () => fs.writeFileSync("no/such/folder.txt", ""),
  "not empty": () => {
    fs.mkdirSync("full/inner", { recursive: true });
    fs.rmdirSync("full");
  },
  "below a file": () => fs.readFileSync("copy.txt/x"),
  "bad path": () => fs.readFileSync({}),
  "bad data": () => fs.writeFileSync("x", 5),
  closed: () => fs.writeSync(fd, "x"),
  "not a link": () => fs.readlinkSync("copy.txt"),
  rename: () => fs.renameSync("nothing", "anything"),
};
for (const [name, attempt] of Object.entries(failing)) {
  try {
    console.log(name, attempt());
  } catch (error) {
    console.log(`${name}: ${error.code} ${error.syscall} ${error.message.split("\n")[0]}`);
  }
}
