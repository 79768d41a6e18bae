// Owns: what is said of an npm package that a program wanted and a cell has not: what there is instead, and how to get it.
// Does not own: the error itself (modules.js), its report (errors.js).
(function (runcell) {
  "use strict";
  const NETWORK = "nothing, a cell has no network";
  const INSTEAD = {
    __proto__: null,
    lodash: "Array, Object and Map methods, structuredClone, Object.groupBy", underscore: "Array, Object and Map methods",
    chalk: "util.styleText of node:util", colors: "util.styleText of node:util", kleur: "util.styleText of node:util", picocolors: "util.styleText of node:util",
    commander: "util.parseArgs of node:util", yargs: "util.parseArgs of node:util", minimist: "util.parseArgs of node:util",
    uuid: "crypto.randomUUID()", nanoid: "crypto.randomUUID()",
    moment: "Date and Intl.DateTimeFormat", dayjs: "Date and Intl.DateTimeFormat", luxon: "Date and Intl.DateTimeFormat", "date-fns": "Date and Intl.DateTimeFormat",
    jest: "node:assert", mocha: "node:assert", chai: "node:assert", vitest: "node:assert",
    "fs-extra": "node:fs", glob: "fs.readdirSync(folder, { recursive: true })", rimraf: "fs.rmSync(path, { recursive: true })",
    "prompt-sync": "fs.readFileSync(0, 'utf8') or node:readline", "readline-sync": "fs.readFileSync(0, 'utf8') or node:readline", inquirer: "node:readline",
    axios: NETWORK, "node-fetch": NETWORK, got: NETWORK, request: NETWORK, express: NETWORK, koa: NETWORK, ws: NETWORK, "socket.io": NETWORK,
    mysql: NETWORK, mysql2: NETWORK, pg: NETWORK, mongodb: NETWORK, mongoose: NETWORK, redis: NETWORK,
  };
  const missing = new WeakMap(); // error -> the package that it misses

  // The package of `import "name"`; undefined for a path.
  function packageOf(name) {
    return /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*(?=\/|$)/.exec(name)?.[0];
  }

  function missesPackage(error, name) {
    missing.set(error, packageOf(name) ?? name);
    return error;
  }

  // One line for an error that left the program; "" for one that misses no package.
  function packageHint(error) {
    const wanted = typeof error === "object" && error !== null ? missing.get(error) : undefined;
    if (wanted === undefined) return "";
    const instead = INSTEAD[wanted] ? ` Instead: ${INSTEAD[wanted]}.` : "";
    return `runcell: a cell has no npm package ${wanted}, only files of yours in node_modules.${instead} In a container: language node with the package ${wanted} (run-code node --backend container --package ${wanted})\n`;
  }

  Object.assign(runcell, { packageOf, missesPackage, packageHint });
})
