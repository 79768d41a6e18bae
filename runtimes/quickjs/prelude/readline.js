// Owns: node:readline and node:readline/promises: lines from a stream, questions.
(function (runcell) {
  "use strict";
  const { EventEmitter, process } = runcell;

  class Interface extends EventEmitter {
    #input; #output; #text = ""; #lines = []; #asked = []; #ended = false; #paused = false; #prompt;
    constructor({ input, output, prompt = "> ", crlfDelay, terminal, signal } = {}) {
      super();
      this.#input = input ?? process.stdin;
      this.#output = output;
      this.#prompt = prompt;
      this.terminal = false;
      this.line = "";
      this.closed = false;
      this.#input.setEncoding?.("utf8");
      this.#input.on("data", (chunk) => this.#take(String(chunk)));
      this.#input.on("end", () => this.#end());
      signal?.addEventListener("abort", () => this.close(), { once: true });
    }
    #take(chunk) {
      const lines = (this.#text + chunk).split(/\r\n|\n|\r(?!$)/);
      this.#text = lines.pop();
      this.#lines.push(...lines);
      this.#give();
    }
    #end() {
      if (this.#text !== "") this.#lines.push(this.#text.replace(/\r$/, ""));
      this.#text = "";
      this.#ended = true;
      this.#give();
    }
    #give() {
      while (this.#lines.length && !this.closed && !this.#paused) {
        const line = this.#lines.shift();
        const answer = this.#asked.shift();
        if (answer) answer(line);
        else this.emit("line", line);
        // Whoever got an answer may ask again before the next line is given to "line" listeners.
        if (answer) return void setImmediate(() => this.#give());
      }
      if (this.#ended && this.#lines.length === 0) this.close();
    }
    question(query, options, callback) {
      if (typeof options === "function") callback = options;
      if (this.closed) throw Object.assign(new Error("readline was closed"), { code: "ERR_USE_AFTER_CLOSE" });
      this.#output?.write(query);
      this.#asked.push(callback);
      if (this.#lines.length) runcell.nextTick(() => this.#give());
    }
    setPrompt(text) { this.#prompt = text; }
    getPrompt() { return this.#prompt; }
    prompt() { this.#output?.write(this.#prompt); }
    write(text) { this.#take(String(text)); }
    pause() { this.#paused = true; this.#input.pause(); this.emit("pause"); return this; }
    resume() { this.#paused = false; this.#input.resume(); this.emit("resume"); this.#give(); return this; }
    close() {
      if (this.closed) return;
      this.closed = true;
      this.#input.pause?.();
      this.emit("close");
    }
    [Symbol.dispose]() { this.close(); }
    async *[Symbol.asyncIterator]() {
      const queue = [];
      let wake;
      this.on("line", (line) => { queue.push(line); wake?.(); });
      this.on("close", () => wake?.());
      for (;;) {
        while (queue.length) yield queue.shift();
        if (this.closed) return;
        await new Promise((resolve) => { wake = resolve; });
      }
    }
  }

  class PromiseInterface extends Interface {
    question(query) { return new Promise((resolve) => { super.question(query, resolve); }); }
  }

  const nothing = () => true;
  const promises = { Interface: PromiseInterface, createInterface: (options, output) => new PromiseInterface(options?.on ? { input: options, output } : options) };
  const readline = { Interface, createInterface: (options, output) => new Interface(options?.on ? { input: options, output } : options), clearLine: nothing, cursorTo: nothing, moveCursor: nothing, clearScreenDown: nothing, emitKeypressEvents: nothing, promises };
  runcell.define("readline", () => readline);
  runcell.define("readline/promises", () => promises);
})
