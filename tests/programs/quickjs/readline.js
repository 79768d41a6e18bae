// readline: questions, then lines as events. Node loses lines that come before they are asked for; here they wait.
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
