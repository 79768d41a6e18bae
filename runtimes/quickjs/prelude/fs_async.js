// Owns: node:fs with callbacks, node:fs/promises, file streams. A cell waits for
// nothing here: each does what its synchronous twin does, and answers later.
(function (runcell) {
  "use strict";
  const { fs, nextTick, stream } = runcell;
  const names = ["access", "appendFile", "chmod", "chown", "close", "copyFile", "cp", "fchmod", "fchown", "fdatasync", "fstat", "fsync", "ftruncate", "futimes", "lchown", "link", "lstat", "mkdir", "mkdtemp", "open", "opendir", "readFile", "readdir", "readlink", "realpath", "rename", "rm", "rmdir", "stat", "symlink", "truncate", "unlink", "utimes", "writeFile"];

  function needCallback(callback) {
    if (typeof callback === "function") return;
    throw Object.assign(new TypeError(`The "cb" argument must be of type function. Received ${runcell.received(callback)}`), { code: "ERR_INVALID_ARG_TYPE" });
  }

  for (const name of names) {
    const act = fs[`${name}Sync`];
    fs[name] = (...parts) => {
      const callback = parts.pop();
      needCallback(callback);
      let error = null;
      let value;
      try { value = act(...parts); } catch (failed) { error = failed; }
      setImmediate(() => error ? callback(error) : callback(null, value));
    };
  }
  fs.exists = (path, callback) => { setImmediate(() => callback(fs.existsSync(path))); };
  fs.read = (fd, buffer, ...rest) => {
    const callback = rest.pop();
    const count = fs.readSync(fd, buffer, ...rest);
    setImmediate(() => callback(null, count, buffer));
  };
  fs.write = (fd, data, ...rest) => {
    const callback = rest.pop();
    const count = fs.writeSync(fd, data, ...rest);
    setImmediate(() => callback(null, count, data));
  };

  const promises = { constants: fs.constants };
  const pathOf = (path) => path instanceof FileHandle ? path.fd : path;
  for (const name of names) {
    const act = fs[`${name}Sync`];
    promises[name] = async (path, ...rest) => act(pathOf(path), ...rest);
  }

  class FileHandle {
    constructor(fd) { this.fd = fd; }
    async readFile(options) { return fs.readFileSync(this.fd, options); }
    async writeFile(data, options) { fs.writeFileSync(this.fd, data, options); }
    async appendFile(data, options) { fs.writeFileSync(this.fd, data, options); }
    async chmod(mode) { fs.fchmodSync(this.fd, mode); }
    async truncate(size) { fs.ftruncateSync(this.fd, size); }
    async utimes(atime, mtime) { fs.futimesSync(this.fd, atime, mtime); }
    async sync() {}
    async datasync() {}
    async stat() { return fs.fstatSync(this.fd); }
    async read(buffer, ...rest) { return { bytesRead: fs.readSync(this.fd, buffer, ...rest), buffer }; }
    async write(buffer, ...rest) { return { bytesWritten: fs.writeSync(this.fd, buffer, ...rest), buffer }; }
    async close() { if (this.fd >= 0) fs.closeSync(this.fd); this.fd = -1; }
    async *readLines() { yield* fs.readFileSync(this.fd, "utf8").replace(/\n$/, "").split(/\r?\n/); }
    async [Symbol.asyncDispose]() { await this.close(); }
  }
  promises.open = async (path, flags, mode) => new FileHandle(fs.openSync(path, flags, mode));
  for (const name of ["close", "fchmod", "fchown", "fdatasync", "fstat", "fsync", "ftruncate", "futimes"]) delete promises[name];

  fs.createReadStream = (path, options = {}) => {
    if (typeof options === "string") options = { encoding: options };
    let fd = options.fd;
    let left = options.end === undefined ? Infinity : options.end - (options.start ?? 0) + 1;
    const open = () => {
      if (fd !== undefined) return;
      fd = fs.openSync(path, options.flags ?? "r");
      if (options.start) runcell.own.os.seek(fd, options.start, 0);
      file.emit("open", fd);
    };
    const file = new stream.Readable({ encoding: options.encoding, read() {
      if (file.destroyed) return;
      try {
        open();
        const bytes = left > 0 ? runcell.read(fd, Math.min(options.highWaterMark ?? 65536, left)) : new Uint8Array(0);
        left -= bytes.length;
        if (bytes.length === 0) {
          runcell.own.os.close(fd);
          file.push(null);
        } else file.push(runcell.bufferView(bytes));
      } catch (error) {
        file.destroy(error);
      }
    } });
    nextTick(() => {
      try { open(); } catch (error) { file.destroy(error); }
    });
    return Object.assign(file, { path });
  };
  fs.createWriteStream = (path, options = {}) => {
    if (typeof options === "string") options = { encoding: options };
    let fd = options.fd;
    const open = () => { fd ??= fs.openSync(path, options.flags ?? "w", options.mode); };
    const file = new stream.Writable({
      write(chunk, encoding, done) {
        try {
          open();
          file.bytesWritten += fs.writeSync(fd, chunk);
          done();
        } catch (error) { done(error); }
      },
      final(done) {
        try {
          open();
          fs.closeSync(fd);
          done();
        } catch (error) { done(error); }
      },
    });
    nextTick(() => {
      try { open(); file.emit("open", fd); } catch (error) { file.destroy(error); }
    });
    return Object.assign(file, { path, bytesWritten: 0, close: (done) => file.end(done) });
  };
  fs.watch = fs.watchFile = () => { throw new Error("fs.watch: nobody else changes files in a cell"); };

  fs.promises = promises;
  runcell.define("fs", () => fs);
  runcell.define("fs/promises", () => promises);
})
