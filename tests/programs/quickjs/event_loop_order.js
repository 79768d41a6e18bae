// Ticks come before promise jobs, those before timers, those before immediates.
setImmediate(() => console.log("8 immediate"));
setTimeout(() => {
  console.log("6 timeout");
  Promise.resolve().then(() => console.log("7 promise in timeout"));
}, 0);
Promise.resolve().then(() => {
  console.log("3 promise");
  process.nextTick(() => console.log("5 tick from promise"));
  queueMicrotask(() => console.log("4 microtask from promise"));
});
process.nextTick((text) => console.log(text), "2 tick with argument");
(async () => {
  console.log("1 async function starts at once");
  await null;
  console.log("3b after await");
})();
console.log("1b end of script");
