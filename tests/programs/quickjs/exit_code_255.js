process.exitCode = 255;
console.log("still printed");
