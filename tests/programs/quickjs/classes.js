// Classes: private members, accessors, static blocks, inheritance, mixins, species, toPrimitive.
class Counter {
  #count = 0;
  static #made = 0;
  static total() {
    return Counter.#made;
  }
  static {
    this.label = "static block";
  }
  constructor() {
    Counter.#made++;
  }
  get count() {
    return this.#count;
  }
  set count(value) {
    if (value < 0) throw new RangeError("negative");
    this.#count = value;
  }
  #bump() {
    return ++this.#count;
  }
  next() {
    return this.#bump();
  }
  static is(object) {
    return #count in object;
  }
}
const counter = new Counter();
counter.next();
counter.count += 5;
console.log(counter.count, Counter.total(), Counter.label, Counter.is(counter), Counter.is({}));
try {
  counter.count = -1;
} catch (error) {
  console.log(error.message);
}

class Shape {
  name = "shape";
  describe() {
    return `${this.name} of ${this.area()}`;
  }
  area() {
    return 0;
  }
  static create(...parts) {
    return new this(...parts);
  }
}
class Square extends Shape {
  constructor(side) {
    super();
    this.side = side;
  }
  name = "square";
  area() {
    return this.side ** 2;
  }
  describe() {
    return super.describe() + "!";
  }
}
console.log(Square.create(3).describe(), Square.create(2) instanceof Shape, Square.name, Square.length);

const Serializable = (Base) =>
  class extends Base {
    serialize() {
      return JSON.stringify(this);
    }
  };
class Saved extends Serializable(Square) {}
console.log(new Saved(4).serialize());

class Stack extends Array {
  peek() {
    return this.at(-1);
  }
}
const stack = Stack.from([1, 2, 3]);
console.log(stack.map((x) => x * 2) instanceof Stack, stack.peek(), stack.length, stack);

const temperature = {
  [Symbol.toPrimitive]: (hint) => (hint === "number" ? 21 : hint === "string" ? "21 C" : "default"),
};
console.log(+temperature, `${temperature}`, temperature + "", temperature > 20);

const object = {
  __proto__: { inherited: true },
  get lazy() {
    delete this.lazy;
    return (this.lazy = Math.sqrt(16));
  },
  async *stream() {
    yield 1;
  },
  ["computed" + 1]() {
    return super.toString === Object.prototype.toString;
  },
};
console.log(object.lazy, object.lazy, object.inherited, object.computed1(), Object.keys(object));
Object.freeze(object);
object.lazy = 5;
(function () {
  "use strict";
  try {
    object.lazy = 5;
  } catch (error) {
    console.log(error.name);
  }
  try {
    undefinedVariable = 1;
  } catch (error) {
    console.log(error.name + ": " + error.message);
  }
})();
console.log(
  object.lazy,
  Object.isFrozen(object),
  Object.getOwnPropertyDescriptor(counter.constructor.prototype, "count").get.name,
);
function Old(name) {
  if (!new.target) return new Old(name);
  this.name = name;
}
Old.prototype.hello = function () {
  return "hello " + this.name;
};
console.log(Old("ann").hello(), new Old("bob").hello(), Old.prototype.constructor === Old);
try {
  class A {
    constructor() {
      this.x = 1;
    }
  }
  class B extends A {
    constructor() {
      this.y = 1;
    }
  }
  new B();
} catch (error) {
  console.log(error.name);
}
try {
  Counter();
} catch (error) {
  console.log(error.name + ": " + error.message);
}
