console.log("never");
function broken() {
  console.log("missing" "comma");
}
