process.exitCode = 5;
setTimeout(() => process.exit(0), 1);
setTimeout(() => console.log("never"), 1000);
