// console.trace prints where it was called, on stderr.
function inner() {
  console.trace("reached %s", "here");
}
function outer() {
  inner();
}
outer();
console.log("still running");
