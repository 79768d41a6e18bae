// A .js file that awaits at its top level is an ES module too.
const value = await new Promise((resolve) => setTimeout(resolve, 5, "waited"));
console.log(value);
for await (const item of [Promise.resolve(1), 2]) {
  console.log(item);
}
try {
  await Promise.reject(new Error("caught"));
} catch (error) {
  console.log(error.message);
}
