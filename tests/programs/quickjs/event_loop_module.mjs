// In a module, promise jobs of the body come before ticks.
process.nextTick(() => console.log("3 tick"));
Promise.resolve().then(() => console.log("2 promise"));
queueMicrotask(() => console.log("2b microtask"));
console.log("1 body");
setTimeout(() => console.log("5 timeout"), 0);
await null;
console.log("2c after await");
await new Promise((resolve) => setTimeout(resolve, 5));
console.log("6 after a timer");
