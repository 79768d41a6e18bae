// Owns: the `process` object, its standard streams, and how a program ends:
// exit codes, exit handlers, errors that nobody caught.
(function (runcell) {
  "use strict";
  const { EventEmitter, write } = runcell;
  const { std, os } = runcell.own;
  let ending = false;
  let started = 0;

  const process = new EventEmitter();

  // Runs exit handlers and ends the program at once.
  function exit(code = process.exitCode ?? 0) {
    if (!Number.isInteger(Number(code)) || typeof code === "boolean") {
      throw Object.assign(new TypeError(`The "code" argument must be of type number. Received ${runcell.received(code)}`), { code: "ERR_INVALID_ARG_TYPE" });
    }
    if (!ending) {
      ending = true;
      process.exitCode = code;
      try {
        process.emit("exit", Number(code));
      } catch (error) {
        runcell.reportUncaught(error, "uncaughtException");
        process.exitCode = 7;
      }
    }
    runcell.exit(Number(process.exitCode ?? 0));
  }

  // An error that left the program, or a rejection that nobody handled.
  function uncaught(error, origin, promise) {
    if (origin === "unhandledRejection" && process.listenerCount("unhandledRejection") > 0) {
      process.emit("unhandledRejection", error, promise);
      return;
    }
    if (!ending && process.listenerCount("uncaughtException") > 0) {
      try {
        process.emit("uncaughtException", error, origin);
        return;
      } catch (second) {
        error = second;
      }
    }
    runcell.reportUncaught(error, origin);
    exit(1);
  }

  class Output extends EventEmitter {
    constructor(fd) {
      super();
      Object.assign(this, { fd, writable: true });
    }
    write(data, encoding, done) {
      if (typeof encoding === "function") done = encoding;
      if (typeof data !== "string" && !(data instanceof Uint8Array)) {
        const error = new TypeError(`The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received ${runcell.received(data)}`);
        throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
      }
      write(this.fd, data);
      if (typeof done === "function") runcell.nextTick(done);
      return true;
    }
    end(data, encoding, done) {
      if (data !== undefined && typeof data !== "function") this.write(data, encoding);
      const last = [data, encoding, done].find((part) => typeof part === "function");
      if (last) runcell.nextTick(last);
      return this;
    }
    cork() {}
    uncork() {}
    getWindowSize() { return [80, 24]; }
    hasColors() { return false; }
  }

  // The value that the property has when first asked for; a program may set another.
  function lazily(object, name, make) {
    Object.defineProperty(object, name, {
      configurable: true, enumerable: true,
      get() {
        const value = make();
        Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: true });
        return value;
      },
      set(value) { Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: true }); },
    });
  }

  const nanoseconds = () => BigInt(Math.round(runcell.now() * 1e6));
  function hrtime(before) {
    const time = nanoseconds() - (before ? BigInt(before[0]) * 1000000000n + BigInt(before[1]) : 0n);
    return [Number(time / 1000000000n), Number(time % 1000000000n)];
  }
  hrtime.bigint = nanoseconds;

  function chdir(path) {
    const result = os.chdir(String(path));
    if (result < 0) throw runcell.fileError(-result, "chdir", path);
  }

  function memoryUsage() {
    const [heapTotal, heapUsed] = runcell.memory();
    return { rss: heapTotal, heapTotal, heapUsed, external: 0, arrayBuffers: 0 };
  }

  function cpuUsage(before) {
    const user = Math.round((runcell.now() - started) * 1e3) - (before ? before.user : 0);
    return { user, system: 0 };
  }

  Object.assign(process, {
    title: "quickjs", version: "v22.0.0", platform: "wasi", arch: "wasm32", pid: 1, ppid: 0,
    versions: { quickjs: "0.16.2", node: "22.0.0" }, release: { name: "quickjs" }, execPath: "/usr/bin/quickjs",
    execArgv: [], argv0: "quickjs", exitCode: undefined, features: {}, config: {},
    exit, hrtime, memoryUsage, cpuUsage, chdir,
    reallyExit: (code) => runcell.exit(code ?? 0),
    abort: () => runcell.exit(134),
    cwd: () => os.getcwd()[0],
    uptime: () => (runcell.now() - started) / 1e3,
    nextTick: runcell.nextTick,
    umask: (mask) => runcell.umask(mask === undefined ? mask : runcell.modeOf(mask) & 0o777),
    getuid: () => 0, geteuid: () => 0, getgid: () => 0, getegid: () => 0,
    kill() { throw new Error("process.kill: a cell has no other processes"); },
    emitWarning(warning) {
      const text = runcell.isError(warning) ? `${warning.name}: ${warning.message}` : `Warning: ${warning}`;
      write(2, `(quickjs) ${text}\n`);
    },
  });
  memoryUsage.rss = () => memoryUsage().rss;
  lazily(process, "stdout", () => new Output(1));
  lazily(process, "stderr", () => new Output(2));
  lazily(process, "stdin", () => runcell.openStdin());
  Object.defineProperty(process, Symbol.toStringTag, { value: "process", configurable: true });
  Object.defineProperty(globalThis, "process", { value: process, writable: true, configurable: true, enumerable: false });

  // What a run is told, looked at when the program asks for it.
  let job = { program: "", args: [] };
  lazily(process, "argv", () => [process.execPath, job.program, ...job.args]);
  lazily(globalThis, "scriptArgs", () => [job.program, ...job.args]);
  lazily(process, "env", () => {
    for (const name of Object.keys(job.env ?? {})) std.setenv(name, job.env[name]);
    // Whatever is put there becomes text.
    const put = (target, name, value) => {
      if (name === "TZ") std.setenv(name, String(value)); // dates follow it
      return Reflect.set(target, name, String(value));
    };
    return new Proxy({ ...std.getenviron(), ...job.env }, {
      set: put,
      defineProperty: (target, name, facts) => put(target, name, facts.value),
      deleteProperty(target, name) {
        if (name === "TZ") std.unsetenv(name);
        return Reflect.deleteProperty(target, name);
      },
    });
  });

  // Takes the facts of this run; none of them may be left over from the image.
  function start(facts) {
    started = runcell.now();
    job = facts;
    if (facts.env?.TZ) std.setenv("TZ", facts.env.TZ);
  }

  Object.assign(runcell, { process, uncaught, exitProgram: exit, start, lazily, startedAt: () => started });
})
