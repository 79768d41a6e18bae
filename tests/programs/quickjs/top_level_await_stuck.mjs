// What is awaited never comes: the program ends, and says so.
console.log("before");
await new Promise(() => {});
console.log("never");
