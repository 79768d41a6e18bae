// Promises: chains, combinators, errors, thenables, and the newer ones. The places in a stack are ours.
const wait = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));
const fail = (ms, message) => new Promise((_, reject) => setTimeout(() => reject(new Error(message)), ms));

async function main() {
  console.log(await Promise.all([1, wait(2, "two"), Promise.resolve(3)]));
  console.log(await Promise.all([]), await Promise.race([wait(20, "slow"), wait(1, "fast")]));
  console.log(await Promise.allSettled([wait(1, "ok"), fail(1, "no")]));
  console.log(await Promise.any([fail(1, "first"), wait(5, "any")]));
  await Promise.any([fail(1, "a"), fail(2, "b")]).catch((error) => {
    console.log(
      error.name,
      error.message,
      error.errors.map((each) => each.message),
    );
  });

  await Promise.reject(new Error("caught"))
    .catch((error) => error.message)
    .then(console.log);
  await Promise.resolve(1)
    .finally(() => 2)
    .then(console.log);
  await Promise.reject(1)
    .finally(() => {
      throw new Error("finally wins");
    })
    .catch((error) => console.log(error.message));
  console.log(await { then: (resolve) => resolve("thenable") });

  const self = {};
  self.promise = new Promise((resolve) => {
    self.resolve = resolve;
  });
  self.resolve(self.promise);
  await self.promise.catch((error) => console.log(error.name));

  const { promise, resolve } = Promise.withResolvers();
  setTimeout(resolve, 1, "withResolvers");
  console.log(await promise);

  try {
    await (async () => {
      throw new RangeError("from async");
    })();
  } catch (error) {
    console.log(error.name, error.message);
  }
  const settledTwice = new Promise((yes, no) => {
    yes(1);
    no(2);
    yes(3);
  });
  console.log(await settledTwice, settledTwice);

  const results = [];
  for await (const value of [wait(3, "x"), "y", wait(1, "z")]) results.push(value);
  console.log(results);
}
main().then(() => console.log("done"));
console.log("first");
