// process.on("uncaughtException") and "unhandledRejection" keep a program going.
process.on("uncaughtException", (error, origin) => {
  console.log("caught", error.message, origin);
});
process.on("unhandledRejection", (reason, promise) => {
  console.log("rejected", reason.message, promise instanceof Promise);
});
setTimeout(() => {
  throw new Error("in a timer");
}, 1);
Promise.reject(new Error("nobody listens"));
setTimeout(() => console.log("still here"), 20);
const late = Promise.reject(new Error("handled in time"));
late.catch(() => console.log("handled"));
throw new Error("at once");
