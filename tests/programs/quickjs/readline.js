// readline: lines as events, with for await, and questions.
const readline = require("readline");
const { createInterface } = require("readline/promises");
async function main() {
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  const name = await asking.question("name? ");
  const age = await asking.question("age? ");
  console.log(`${name} is ${age}`);
  asking.on("line", (line) => console.log("line:", JSON.stringify(line)));
  asking.on("close", () => console.log("closed"));
}
main();
