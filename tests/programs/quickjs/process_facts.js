// process: arguments, environment, streams, facts.
console.log(
  process.argv.length,
  process.argv.slice(2),
  process.env.GREETING,
  process.env.MISSING,
  "GREETING" in process.env,
);
process.env.NEW = 5;
console.log(process.env.NEW, typeof process.env.NEW, delete process.env.NEW, process.env.NEW);
console.log(
  typeof process.pid,
  process.cwd().length > 1,
  process.version.startsWith("v22."),
  typeof process.versions,
  process.exitCode,
);
process.stdout.write("no newline");
process.stdout.write(" - same line\n");
process.stderr.write("to stderr\n");
console.log(process.stdout.write(Buffer.from("bytes\n")), process.stdout.isTTY, process.argv0.length > 0);
try {
  process.stdout.write(5);
} catch (error) {
  console.log(error.code);
}
try {
  process.chdir("nowhere");
} catch (error) {
  console.log(error.code);
}
process.on("exit", (code) => console.log("exiting with", code, process.exitCode));
process.on("beforeExit", (code) => console.log("before exit", code));
process.exitCode = 3;
