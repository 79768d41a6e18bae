// Very long output: many lines, one long line.
for (let i = 0; i < 30000; i++) console.log(i);
console.log("x".repeat(500_000));
process.stdout.write("end");
