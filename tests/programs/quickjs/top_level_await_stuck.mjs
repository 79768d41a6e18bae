// A promise that is awaited never ends: the program stops, and says so.
console.log("before");
await new Promise(() => {});
console.log("never");
