setTimeout(function late() {
  throw new RangeError("from a timer");
}, 1);
setTimeout(() => console.log("never"), 20);
process.on("exit", (code) => console.log("exit", code));
