// path: posix paths.
const path = require("path");
console.log(
  path.join("/a", "..", "b", "./c", "", "d/"),
  path.join(),
  path.join("a", "../../b"),
  path.normalize("/a//b/../c/."),
  path.normalize(""),
  path.normalize("./x/"),
);
console.log(
  path.resolve("/a", "b", "../c"),
  path.resolve("/a", "/b"),
  path.isAbsolute("/x"),
  path.isAbsolute("x"),
  path.relative("/a/b/c", "/a/d"),
  path.relative("/a", "/a"),
);
for (const name of ["/home/user/file.tar.gz", "file", ".bashrc", "a/", "/", "", "a.b/c", "x.", "..", "/a.b"]) {
  console.log(
    JSON.stringify(name),
    path.dirname(name),
    path.basename(name),
    path.extname(name),
    JSON.stringify(path.parse(name)),
  );
}
console.log(
  path.basename("file.txt", ".txt"),
  path.basename("file.txt", "txt"),
  path.basename(".txt", ".txt"),
  path.format({ dir: "/d", name: "n", ext: ".e" }),
  path.format({ root: "/", base: "b" }),
  path.sep,
  path.delimiter,
  path.posix === path,
);
try {
  path.join(1);
} catch (error) {
  console.log(error.code, error.message);
}
