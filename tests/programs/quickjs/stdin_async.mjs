// stdin with for await, in pieces.
let bytes = 0;
let pieces = 0;
for await (const chunk of process.stdin) {
  bytes += chunk.length;
  pieces++;
}
console.log(bytes, pieces > 1, process.stdin.isTTY === undefined || process.stdin.isTTY === false);
