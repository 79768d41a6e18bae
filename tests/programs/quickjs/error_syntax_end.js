function unfinished() {
  if (true) {
    console.log("no end");
