// process.exit ends the program inside of async code; exit handlers run, nothing else does.
process.on("exit", (code) => {
  console.log("exit handler", code);
  setTimeout(() => console.log("never"), 0);
});
(async () => {
  try {
    await null;
    console.log("about to exit");
    process.exit(7);
  } finally {
    console.log("never");
  }
})();
setTimeout(() => console.log("never"), 10);
