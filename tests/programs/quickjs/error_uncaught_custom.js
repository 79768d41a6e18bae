// A class of error of its own, with a cause and properties.
class OrderError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = "OrderError";
    this.order = { id: 7, items: ["a"] };
  }
}
try {
  JSON.parse("{");
} catch (cause) {
  throw new OrderError("cannot read the order", { cause });
}
