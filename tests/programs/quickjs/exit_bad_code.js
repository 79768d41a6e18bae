// An exit code that is not a number is refused.
try {
  process.exit("abc");
} catch (error) {
  console.log(error.code);
}
process.exit("9");
