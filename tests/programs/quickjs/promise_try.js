// Promise.try runs a function at once and turns what it throws into a rejection.
Promise.try((a, b) => a + b, 1, 2).then(console.log);
Promise.try(() => {
  throw new Error("inside");
}).catch((error) => console.log(error.message));
Promise.try(async () => "async").then(console.log);
console.log("sync first");
