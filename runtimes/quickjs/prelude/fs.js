// Owns: node:fs, as functions that act at once. Callbacks, promises and streams
// over them are in fs_async.js.
(function (runcell) {
  "use strict";
  const { os } = runcell.own;
  const { bufferView, path: pathModule } = runcell;
  const ERRORS = {
    2: ["EACCES", "permission denied"], 8: ["EBADF", "bad file descriptor"], 20: ["EEXIST", "file already exists"],
    28: ["EINVAL", "invalid argument"], 31: ["EISDIR", "illegal operation on a directory"], 32: ["ELOOP", "too many symbolic links encountered"],
    33: ["EMFILE", "too many open files"], 37: ["ENAMETOOLONG", "name too long"], 44: ["ENOENT", "no such file or directory"],
    51: ["ENOSPC", "no space left on device"], 54: ["ENOTDIR", "not a directory"], 55: ["ENOTEMPTY", "directory not empty"],
    58: ["ENOTSUP", "operation not supported"], 63: ["EPERM", "operation not permitted"], 69: ["EROFS", "read-only file system"], 19: ["EDQUOT", "disk quota exceeded"],
    22: ["EFBIG", "file too large"], 29: ["EIO", "i/o error"], 75: ["EXDEV", "cross-device link not permitted"], 76: ["ENOTCAPABLE", "outside of the cell"],
  };
  const FLAGS = (() => {
    const { O_RDONLY, O_WRONLY, O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_TRUNC } = os;
    const w = O_CREAT | O_TRUNC;
    const a = O_CREAT | O_APPEND;
    return { r: O_RDONLY, rs: O_RDONLY, "r+": O_RDWR, "rs+": O_RDWR, w: O_WRONLY | w, wx: O_WRONLY | w | O_EXCL, "w+": O_RDWR | w, "wx+": O_RDWR | w | O_EXCL, a: O_WRONLY | a, ax: O_WRONLY | a | O_EXCL, "a+": O_RDWR | a, "ax+": O_RDWR | a | O_EXCL };
  })();
  const constants = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, COPYFILE_EXCL: 1, O_RDONLY: os.O_RDONLY, O_WRONLY: os.O_WRONLY, O_RDWR: os.O_RDWR, O_CREAT: os.O_CREAT, O_EXCL: os.O_EXCL, O_TRUNC: os.O_TRUNC, O_APPEND: os.O_APPEND, S_IFMT: 0o170000, S_IFREG: 0o100000, S_IFDIR: 0o040000, S_IFLNK: 0o120000 };

  function fileError(number, syscall, path, dest) {
    const [code, text] = ERRORS[number] ?? ["EUNKNOWN", `error ${number}`];
    let message = `${code}: ${text}, ${syscall}`;
    if (path !== undefined) message += ` '${path}'`;
    if (dest !== undefined) message += ` -> '${dest}'`;
    return Object.assign(new Error(message), { errno: -number, code, syscall, ...(path === undefined ? {} : { path }), ...(dest === undefined ? {} : { dest }) });
  }
  const check = (result, syscall, path, dest) => {
    if (typeof result === "number" && result < 0) throw fileError(-result, syscall, path, dest);
    return result;
  };

  function pathText(path) {
    if (typeof path === "string") {
      if (path.includes("\0")) throw Object.assign(new TypeError(`The argument 'path' must be a string without null bytes. Received ${runcell.inspect(path)}`), { code: "ERR_INVALID_ARG_VALUE" });
      return path;
    }
    if (path instanceof URL) return decodeURIComponent(path.pathname);
    if (path instanceof Uint8Array) return runcell.decode(path, false);
    throw Object.assign(new TypeError(`The "path" argument must be of type string or an instance of Buffer or URL. Received ${runcell.received(path)}`), { code: "ERR_INVALID_ARG_TYPE" });
  }

  // A mode as a number, or as a text of octal digits.
  function modeOf(mode, usual) {
    if ((mode === undefined || mode === null) && usual !== undefined) return usual;
    if (typeof mode === "string" && /^[0-7]+$/.test(mode)) return parseInt(mode, 8);
    if (typeof mode === "number" && mode >= 0 && mode <= 0xffffffff && Number.isInteger(mode)) return mode & 0o7777;
    if (typeof mode === "string") throw Object.assign(new TypeError(`The argument 'mode' must be a 32-bit unsigned integer or an octal string. Received ${runcell.inspect(mode)}`), { code: "ERR_INVALID_ARG_VALUE" });
    if (typeof mode !== "number") throw Object.assign(new TypeError(`The "mode" argument must be of type number. Received ${runcell.received(mode)}`), { code: "ERR_INVALID_ARG_TYPE" });
    throw Object.assign(new RangeError(`The value of "mode" is out of range. It must be ${Number.isInteger(mode) ? ">= 0 && <= 4294967295" : "an integer"}. Received ${mode}`), { code: "ERR_OUT_OF_RANGE" });
  }

  class Stats {
    constructor([mode, size, mtimeMs, atimeMs, ctimeMs, ino, nlink]) {
      Object.assign(this, { dev: 1, mode, nlink, uid: 0, gid: 0, rdev: 0, blksize: 4096, ino, size, blocks: Math.ceil(size / 512), atimeMs, mtimeMs, ctimeMs, birthtimeMs: ctimeMs });
      for (const name of ["atime", "mtime", "ctime", "birthtime"]) this[name] = new Date(this[`${name}Ms`]);
    }
    #is(type) { return (this.mode & 0o170000) === type; }
    isFile() { return this.#is(0o100000); }
    isDirectory() { return this.#is(0o040000); }
    isSymbolicLink() { return this.#is(0o120000); }
    isCharacterDevice() { return this.#is(0o020000); }
    isBlockDevice() { return this.#is(0o060000); }
    isFIFO() { return false; }
    isSocket() { return false; }
  }
  class Dirent {
    constructor(name, parentPath) {
      Object.assign(this, { name, parentPath, path: parentPath });
      const stats = lstatSync(`${parentPath}/${name}`);
      for (const method of ["isFile", "isDirectory", "isSymbolicLink", "isCharacterDevice", "isBlockDevice", "isFIFO", "isSocket"]) {
        Object.defineProperty(this, method, { value: () => stats[method](), enumerable: false });
      }
    }
  }

  function statWith(path, follow, options, syscall) {
    const text = pathText(path);
    const result = runcell.stat(text, follow);
    if (result === -44 && options?.throwIfNoEntry === false) return undefined;
    return new Stats(check(result, syscall, text));
  }
  const statSync = (path, options) => statWith(path, true, options, "stat");
  const lstatSync = (path, options) => statWith(path, false, options, "lstat");
  const fstatSync = (fd) => new Stats(check(runcell.stat(fd, true), "fstat"));

  function openSync(path, flags = "r", mode = undefined) {
    const text = pathText(path);
    const bits = typeof flags === "number" ? flags : FLAGS[flags];
    if (bits === undefined) throw Object.assign(new TypeError(`The argument 'flags' is invalid. Received ${runcell.inspect(flags)}`), { code: "ERR_INVALID_ARG_VALUE" });
    return check(runcell.open(text, bits, modeOf(mode, 0o666)), "open", text);
  }
  const closeSync = (fd) => { check(os.close(fd), "close"); };

  const encodingFrom = (options) => typeof options === "string" ? options : options?.encoding ?? null;
  const STDIN = new Set(["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);

  function readFileSync(path, options) {
    let bytes;
    if (typeof path === "number" || STDIN.has(path)) bytes = check(runcell.read(typeof path === "number" ? path : 0, 0), "read");
    else {
      const text = pathText(path);
      const fd = openSync(text, options?.flag ?? "r");
      bytes = fstatSync(fd).isDirectory() ? -31 : runcell.read(fd, 0);
      os.close(fd);
      check(bytes, "read");
    }
    const encoding = encodingFrom(options);
    return encoding && encoding !== "buffer" ? runcell.decodeText(bytes, encoding) : bufferView(bytes);
  }

  const dataOf = (data, encoding) => {
    if (typeof data === "string") return encoding && !/^utf-?8$/i.test(encoding) ? runcell.encodeText(data, encoding) : data;
    if (ArrayBuffer.isView(data)) return runcell.bytesOf(data);
    throw Object.assign(new TypeError(`The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received ${runcell.received(data)}`), { code: "ERR_INVALID_ARG_TYPE" });
  };

  function writeWith(path, data, options, flag) {
    const body = dataOf(data, encodingFrom(options));
    if (typeof path === "number") return void check(runcell.write(path, body), "write");
    if (path === "/dev/stdout" || path === "/dev/stderr") return void runcell.write(path === "/dev/stdout" ? 1 : 2, body);
    const fd = openSync(path, options?.flag ?? flag, options?.mode);
    const result = runcell.write(fd, body);
    os.close(fd);
    check(result, "write");
  }
  const writeFileSync = (path, data, options) => writeWith(path, data, options, "w");
  const appendFileSync = (path, data, options) => writeWith(path, data, options, "a");

  // Acts at a position in a file, and leaves the file's own position where it was.
  function at(fd, position, act) {
    if (typeof position !== "number" && typeof position !== "bigint") return act();
    const before = os.seek(fd, 0, 1);
    os.seek(fd, Number(position), 0);
    try { return act(); } finally { os.seek(fd, before, 0); }
  }

  function readSync(fd, buffer, offset = 0, length, position = null) {
    if (typeof offset === "object" && offset !== null) ({ offset = 0, length, position = null } = offset);
    const target = runcell.bytesOf(buffer);
    length ??= target.length - offset;
    if (length === 0) return 0;
    return at(fd, position, () => {
      const bytes = check(runcell.read(fd, length), "read");
      target.set(bytes, offset);
      return bytes.length;
    });
  }
  function writeSync(fd, data, offset, length, position) {
    if (typeof data === "string") {
      return at(fd, offset, () => check(runcell.write(fd, dataOf(data, length)), "write"));
    }
    const bytes = runcell.bytesOf(data).subarray(offset ?? 0);
    return at(fd, position, () => check(runcell.write(fd, length === undefined || length === null ? bytes : bytes.subarray(0, length)), "write"));
  }

  const existsSync = (path) => {
    try { return typeof runcell.stat(pathText(path), true) !== "number"; } catch { return false; }
  };
  const accessSync = (path, mode = constants.F_OK) => { check(runcell.access(pathText(path), mode), "access", pathText(path)); };
  const chmodSync = (path, mode) => { check(runcell.chmod(pathText(path), modeOf(mode)), "chmod", pathText(path)); };
  const fchmodSync = (fd, mode) => { check(runcell.fchmod(fd, modeOf(mode)), "fchmod"); };
  const onPath = (name, syscall) => (path) => { check(runcell[name](pathText(path)), syscall, pathText(path)); };
  const onTwo = (name) => (from, to) => { check(runcell[name](pathText(from), pathText(to)), name, pathText(from), pathText(to)); };

  function mkdirSync(path, options) {
    const text = pathText(path);
    const mode = modeOf(typeof options === "object" ? options?.mode : options, 0o777);
    if (!options?.recursive) return void check(runcell.mkdir(text, mode), "mkdir", text);
    let first;
    const parts = pathModule.resolve(text).split("/");
    for (let i = 2; i <= parts.length; i++) {
      const at = parts.slice(0, i).join("/");
      if (existsSync(at)) {
        if (i === parts.length && !statSync(at).isDirectory()) throw fileError(20, "mkdir", text);
        continue;
      }
      check(runcell.mkdir(at, mode), "mkdir", text);
      first ??= at;
    }
    return first;
  }

  function readdirSync(path, options) {
    const text = pathText(path);
    if (!statWith(text, true, undefined, "scandir").isDirectory()) throw fileError(54, "scandir", text);
    const [names, error] = os.readdir(text);
    check(-error, "scandir", text);
    const own = names.filter((name) => name !== "." && name !== "..").sort();
    const found = [];
    for (const name of own) {
      found.push(options?.withFileTypes ? new Dirent(name, text) : name);
      if (!options?.recursive || !lstatSync(`${text}/${name}`).isDirectory()) continue;
      for (const inner of readdirSync(`${text}/${name}`, options)) found.push(typeof inner === "string" ? `${name}/${inner}` : inner);
    }
    return found;
  }

  function rmSync(path, options = {}) {
    const text = pathText(path);
    const stats = lstatSync(text, { throwIfNoEntry: false });
    if (!stats) {
      if (options.force) return;
      throw fileError(44, "rm", text);
    }
    if (!stats.isDirectory()) return void check(runcell.unlink(text), "rm", text);
    if (!options.recursive) {
      throw Object.assign(new Error(`Path is a directory: rm returned EISDIR (is a directory) ${text}`), { code: "ERR_FS_EISDIR", errno: 21, syscall: "rm", path: text });
    }
    for (const name of readdirSync(text)) rmSync(`${text}/${name}`, options);
    check(runcell.rmdir(text), "rmdir", text);
  }

  function copyFileSync(from, to, mode = 0) {
    writeFileSync(to, readFileSync(from), { flag: mode & constants.COPYFILE_EXCL ? "wx" : "w" });
    runcell.chmod(pathText(to), statSync(from).mode & 0o7777);
  }
  function cpSync(from, to, options = {}) {
    if (!statSync(from).isDirectory()) return copyFileSync(from, to);
    if (!options.recursive) throw Object.assign(new Error(`Recursive option not enabled, cannot copy a directory: ${from}`), { code: "ERR_FS_EISDIR" });
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from)) cpSync(`${from}/${name}`, `${to}/${name}`, options);
  }
  function mkdtempSync(prefix) {
    const path = prefix + Array.from(runcell.fill(new Uint8Array(6)), (byte) => "abcdefghijklmnopqrstuvwxyz012345"[byte % 32]).join("");
    mkdirSync(path, 0o700);
    return path;
  }
  function readvSync(fd, buffers, position = null) {
    let total = 0;
    for (const buffer of buffers) {
      const count = readSync(fd, buffer, 0, buffer.byteLength, position === null ? null : position + total);
      total += count;
      if (count < buffer.byteLength) break;
    }
    return total;
  }
  const writevSync = (fd, buffers, position = null) =>
    buffers.reduce((total, buffer) => total + writeSync(fd, buffer, 0, buffer.byteLength, position === null ? null : position + total), 0);

  class Dir {
    #entries;
    constructor(path) {
      this.path = pathText(path);
      this.#entries = readdirSync(path, { withFileTypes: true });
    }
    readSync() { return this.#entries.shift() ?? null; }
    closeSync() {}
    async read() { return this.readSync(); }
    async close() {}
    async *[Symbol.asyncIterator]() {
      for (let entry; (entry = this.readSync());) yield entry;
    }
  }

  const milliseconds = (time) => time instanceof Date ? time.getTime() : Number(time) * 1e3;

  const fs = {
    constants, Stats, Dirent, statSync, lstatSync, fstatSync, openSync, closeSync, readFileSync, writeFileSync, appendFileSync, readSync, writeSync,
    existsSync, accessSync, mkdirSync, readdirSync, rmSync, copyFileSync, cpSync, mkdtempSync,
    unlinkSync: onPath("unlink", "unlink"), rmdirSync: (path, options) => options?.recursive ? rmSync(path, options) : onPath("rmdir", "rmdir")(path),
    renameSync: onTwo("rename"), symlinkSync: onTwo("symlink"), linkSync: onTwo("link"),
    readlinkSync: (path) => check(runcell.readlink(pathText(path)), "readlink", pathText(path)),
    realpathSync: (path) => check(runcell.realpath(pathText(path)), "realpath", pathText(path)),
    truncateSync: (path, size = 0) => { check(runcell.truncate(pathText(path), size), "truncate", pathText(path)); },
    utimesSync: (path, atime, mtime) => { check(runcell.utimes(pathText(path), milliseconds(atime), milliseconds(mtime)), "utime", pathText(path)); },
    futimesSync: (fd, atime, mtime) => { check(runcell.utimes(fd, milliseconds(atime), milliseconds(mtime)), "futime"); },
    ftruncateSync: (fd, size = 0) => { check(runcell.ftruncate(fd, size ?? 0), "ftruncate"); },
    readvSync, writevSync, Dir, opendirSync: (path) => new Dir(path), F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1,
    chmodSync, fchmodSync, chownSync() {}, fchownSync() {}, lchownSync() {}, fsyncSync() {}, fdatasyncSync() {},
  };
  fs.realpathSync.native = fs.realpathSync;
  Object.assign(runcell, { fs, fileError, modeOf });
})
