process.exit(126);
console.log("never");
