// Owns: the part of node:stream that snippets use: Readable, Writable,
// Transform, PassThrough, pipeline, and standard input as a stream.
(function (runcell) {
  "use strict";
  const { EventEmitter, nextTick, bufferView } = runcell;

  class Stream extends EventEmitter {
    destroyed = false;
    destroy(error) {
      if (this.destroyed) return this;
      this.destroyed = true;
      this._destroy(error ?? null, (failed) => nextTick(() => {
        if (failed) this.emit("error", failed);
        this.emit("close");
      }));
      return this;
    }
    _destroy(error, done) { done(error); }
  }

  class Readable extends Stream {
    #queue = []; #ended = false; #finished = false; #flowing = false; #scheduled = false; #encoding; #options; #reading = false;
    constructor(options = {}) {
      super();
      this.#options = options;
      this.readable = true;
      if (options.encoding) this.setEncoding(options.encoding);
      if (options.read) this._read = options.read;
      if (options.destroy) this._destroy = options.destroy;
    }
    static from(source, options) {
      const items = typeof source === "string" || source instanceof Uint8Array ? [source] : source;
      const iterator = items[Symbol.asyncIterator]?.() ?? items[Symbol.iterator]();
      return new Readable({ objectMode: true, ...options, read() {
        Promise.try(() => iterator.next()).then(async ({ done, value }) => { this.push(done ? null : await value); }).catch((error) => this.destroy(error));
      } });
    }
    get readableEnded() { return this.#finished; }
    get readableFlowing() { return this.#flowing; }
    get readableLength() { return this.#queue.length; }
    _read() {}
    setEncoding(name) { this.#encoding = new TextDecoder(/^(utf-?8|latin1|utf-?16le|ucs-?2)$/i.test(name) ? name.replace(/^ucs-?2$/i, "utf-16le") : "utf8"); return this; }
    push(chunk) {
      this.#reading = false;
      if (chunk === null) this.#ended = true;
      else if (this.#options.objectMode) this.#queue.push(chunk);
      else {
        const bytes = typeof chunk === "string" ? (this.#encoding ? chunk : runcell.Buffer.from(chunk)) : chunk;
        if (bytes.length) this.#queue.push(this.#encoding && typeof bytes !== "string" ? this.#encoding.decode(bytes, { stream: true }) : bytes);
      }
      this.#schedule();
      return true;
    }
    unshift(chunk) { this.#queue.unshift(chunk); }
    #schedule() {
      if (this.#scheduled || this.destroyed) return;
      this.#scheduled = true;
      nextTick(() => { this.#scheduled = false; this.#work(); });
    }
    #work() {
      if (this.destroyed) return;
      if (this.listenerCount("readable") && (this.#queue.length || this.#ended) && !this.#finished) this.emit("readable");
      while (this.#flowing && this.#queue.length && !this.destroyed) this.emit("data", this.#queue.shift());
      if (this.#ended && this.#queue.length === 0 && (this.#flowing || this.listenerCount("readable"))) return this.#end();
      if (!this.#ended && this.#queue.length === 0 && !this.#reading && (this.#flowing || this.listenerCount("readable"))) {
        this.#reading = true;
        this._read(16384);
      }
    }
    #end() {
      if (this.#finished) return;
      this.#finished = true;
      this.readable = false;
      this.emit("end");
      if (this.#options.autoDestroy !== false) this.destroy();
    }
    on(name, listener) {
      super.on(name, listener);
      if (name === "data") this.resume();
      if (name === "readable") this.#schedule();
      return this;
    }
    addListener(name, listener) { return this.on(name, listener); }
    read() {
      if (this.#queue.length === 0) {
        if (this.#ended) this.#schedule();
        else if (!this.#reading) { this.#reading = true; this._read(16384); }
        return null;
      }
      if (this.#options.objectMode) return this.#queue.shift();
      const all = this.#queue.splice(0);
      this.#schedule();
      return typeof all[0] === "string" ? all.join("") : runcell.Buffer.concat(all);
    }
    resume() { this.#flowing = true; this.#schedule(); return this; }
    pause() { this.#flowing = false; return this; }
    isPaused() { return !this.#flowing; }
    ref() { return this; }
    unref() { return this; }
    pipe(target, options = {}) {
      this.on("data", (chunk) => {
        if (target.write(chunk) === false && target.once) {
          this.pause();
          target.once("drain", () => this.resume());
        }
      });
      if (options.end !== false && target !== runcell.process.stdout && target !== runcell.process.stderr) this.once("end", () => target.end());
      target.emit?.("pipe", this);
      return target;
    }
    async *[Symbol.asyncIterator]() {
      const queue = [];
      let wake;
      let failed;
      let done = false;
      const ring = () => wake?.();
      this.on("data", (chunk) => { queue.push(chunk); this.pause(); ring(); });
      this.once("end", () => { done = true; ring(); });
      this.once("close", () => { done = true; ring(); });
      this.once("error", (error) => { failed = error; ring(); });
      try {
        for (;;) {
          while (queue.length) { yield queue.shift(); if (queue.length === 0) this.resume(); }
          if (failed) throw failed;
          if (done) return;
          await new Promise((resolve) => { wake = resolve; });
        }
      } finally {
        this.destroy();
      }
    }
    async toArray() { const out = []; for await (const chunk of this) out.push(chunk); return out; }
    map(change) { const source = this; return Readable.from((async function* () { for await (const chunk of source) yield await change(chunk); })()); }
    filter(keep) { const source = this; return Readable.from((async function* () { for await (const chunk of source) if (await keep(chunk)) yield chunk; })()); }
  }

  // What makes a stream writable; `self._write(chunk, encoding, done)` takes one chunk at a time.
  function makeWritable(self, options) {
    const queue = [];
    let busy = false;
    let ending;
    Object.assign(self, { writable: true, writableEnded: false, writableFinished: false });
    if (options.write) self._write = options.write;
    if (options.final) self._final = options.final;
    const next = () => {
      if (busy || self.destroyed) return;
      const item = queue.shift();
      if (!item) return ending?.();
      busy = true;
      self._write(item.chunk, item.encoding, (error) => {
        busy = false;
        item.done?.(error);
        if (error) return self.destroy(error);
        if (queue.length === 0) nextTick(() => self.emit("drain"));
        next();
      });
    };
    self.write = (chunk, encoding, done) => {
      if (typeof encoding === "function") [done, encoding] = [encoding, undefined];
      if (self.writableEnded) {
        const error = Object.assign(new Error("write after end"), { code: "ERR_STREAM_WRITE_AFTER_END" });
        nextTick(() => self.emit("error", error));
        return false;
      }
      const plain = typeof chunk === "string" && !options.objectMode && options.decodeStrings !== false;
      queue.push({ chunk: plain ? runcell.Buffer.from(chunk, encoding) : chunk, encoding: plain ? "buffer" : encoding, done });
      next();
      return queue.length < 16;
    };
    self.end = (chunk, encoding, done) => {
      const last = [chunk, encoding, done].find((part) => typeof part === "function");
      if (chunk !== undefined && chunk !== null && typeof chunk !== "function") self.write(chunk, typeof encoding === "string" ? encoding : undefined);
      self.writableEnded = true;
      if (last) self.once("finish", last);
      ending = () => {
        ending = undefined;
        const finish = (error) => nextTick(() => {
          if (error) return self.destroy(error);
          self.writableFinished = true;
          self.writable = false;
          self.emit("finish");
          if (!(self instanceof Readable)) self.destroy();
        });
        if (self._final) self._final(finish);
        else finish();
      };
      next();
      return self;
    };
    self.cork = self.uncork = () => {};
    self.setDefaultEncoding = () => self;
  }

  class Writable extends Stream {
    constructor(options = {}) {
      super();
      makeWritable(this, options);
      if (options.destroy) this._destroy = options.destroy;
    }
  }
  class Duplex extends Readable {
    constructor(options = {}) {
      super(options);
      makeWritable(this, options);
    }
  }
  class Transform extends Duplex {
    constructor(options = {}) {
      super({ ...options, write: undefined, final: undefined });
      if (options.transform) this._transform = options.transform;
      if (options.flush) this._flush = options.flush;
    }
    _write(chunk, encoding, done) {
      this._transform(chunk, encoding, (error, out) => {
        if (!error && out !== undefined && out !== null) this.push(out);
        done(error);
      });
    }
    _final(done) {
      const last = (error, out) => {
        if (!error && out !== undefined && out !== null) this.push(out);
        if (!error) this.push(null);
        done(error);
      };
      if (this._flush) this._flush(last);
      else last();
    }
  }
  class PassThrough extends Transform {
    _transform(chunk, encoding, done) { done(null, chunk); }
  }

  function finished(stream, ...rest) {
    const done = rest.at(-1);
    let over = false;
    const once = (error) => { if (!over) { over = true; done(error); } };
    stream.once("error", once);
    stream.once(stream instanceof Writable || (stream.write && !stream._read) ? "finish" : "end", () => once());
  }
  function pipeline(...parts) {
    const done = typeof parts.at(-1) === "function" && !parts.at(-1).prototype?.next ? parts.pop() : () => {};
    const isStream = (part) => typeof part.pipe === "function" || typeof part.write === "function";
    const link = (stages) => stages.reduce((from, to) => from.pipe(to));
    const streams = [];
    let chain = [];
    const stages = parts.length === 1 && Array.isArray(parts[0]) ? parts[0] : parts;
    for (const part of stages) {
      let made = part;
      if (typeof part === "function") {
        // A function makes a stage from what comes before it: an iterable, or a promise of the end.
        made = part(chain.length > 0 ? link(chain) : undefined);
        streams.push(...chain);
        chain = [];
      }
      if (typeof made?.then === "function") return void made.then(() => done(), done);
      chain.push(isStream(made) ? made : Readable.from(made));
    }
    streams.push(...chain);
    let over = false;
    const end = (error) => {
      if (over) return;
      over = true;
      if (error) for (const stream of streams) stream.destroy?.();
      done(error);
    };
    for (const stream of streams) stream.on("error", end);
    finished(streams.at(-1), end);
    link(chain);
    // Nobody reads from a function at the end.
    if (typeof stages.at(-1) === "function") streams.at(-1).resume();
    return streams.at(-1);
  }
  const promises = {
    pipeline: (...parts) => new Promise((resolve, reject) => pipeline(...parts, (error) => error ? reject(error) : resolve())),
    finished: (stream) => new Promise((resolve, reject) => finished(stream, (error) => error ? reject(error) : resolve())),
  };

  // Standard input: read when somebody listens, without holding up timers.
  runcell.openStdin = () => {
    const source = { fd: 0, turn() {
      runcell.sources.delete(source);
      const bytes = runcell.read(0, 65536);
      stdin.push(typeof bytes === "number" || bytes.length === 0 ? null : bufferView(bytes));
    } };
    const stdin = new Readable({ read() { runcell.sources.add(source); }, destroy(error, done) { runcell.sources.delete(source); done(error); } });
    const pause = stdin.pause.bind(stdin);
    stdin.pause = () => { runcell.sources.delete(source); return pause(); };
    const resume = stdin.resume.bind(stdin);
    stdin.resume = () => { if (waiting()) runcell.sources.add(source); return resume(); };
    const waiting = () => !stdin.destroyed && !stdin.readableEnded && stdin.started;
    stdin._read = () => { stdin.started = true; runcell.sources.add(source); };
    return Object.assign(stdin, { fd: 0, setRawMode: () => stdin });
  };

  const stream = Object.assign(Stream, { Stream, Readable, Writable, Duplex, Transform, PassThrough, pipeline, finished, promises });
  runcell.define("stream", () => stream);
  runcell.define("stream/promises", () => promises);
  runcell.stream = stream;
})
