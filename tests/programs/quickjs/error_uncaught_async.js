// A rejection that nobody handles is an uncaught error too.
async function load() {
  await null;
  throw new Error("could not load");
}
load();
setTimeout(() => console.log("never"), 5);
