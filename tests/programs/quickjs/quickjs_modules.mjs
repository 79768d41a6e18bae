// The modules of quickjs itself: qjs:std, qjs:os, print, scriptArgs.
import * as std from "qjs:std";
import * as os from "qjs:os";
print("print", 1, [2]);
console.log(typeof scriptArgs, scriptArgs.slice(1));
std.out.puts("puts\n");
std.out.printf("%d %s %5.2f|%x\n", 42, "text", 3.14159, 255);
console.log(std.sprintf("%05d", 7), std.getenv("NAME"), std.evalScript("1 + 1"));
const file = std.open("note.txt", "w");
file.puts("written by std\n");
file.close();
console.log(std.loadFile("note.txt"), os.readdir(".")[0].includes("note.txt"), os.stat("note.txt")[0].size);
os.setTimeout(() => {
  console.log("os timer");
  std.exit(4);
}, 1);
