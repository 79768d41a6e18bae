// An error that nobody catches: where it was thrown, the line, the stack; exit code 1.
function check(user) {
  if (!user.name) {
    throw new TypeError("a user needs a name");
  }
}

function main() {
  console.log("before");
  check({});
}
main();
