// vm: scripts see the values of their context, and the global object is as it was afterwards.
const vm = require("vm");
const context = vm.createContext({ x: 2, console, Map: "mine" });
console.log(vm.runInContext("x = x * 21; Map + x", context), context.x, context.Map);
console.log(vm.runInNewContext("a + b", { a: 1, b: 2 }), new vm.Script("1 + 1").runInThisContext(), typeof Map);
