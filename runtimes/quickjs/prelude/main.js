// Owns: one run, from the job to its exit code. Last of the prelude.
(function (runcell) {
  "use strict";

  runcell.main = (job) => {
    const { process, uncaught } = runcell;
    let unsettled = false;
    runcell.start(job);
    try {
      const done = runcell.runMain(job.program);
      if (done instanceof Promise) {
        unsettled = true;
        done.then(() => { unsettled = false; }, (error) => {
          unsettled = false;
          uncaught(error, "uncaughtException");
        });
        runcell.microtasks();
      }
    } catch (error) {
      uncaught(error, "uncaughtException");
    }
    runcell.runLoop();
    if (process.listenerCount("beforeExit") > 0) {
      process.emit("beforeExit", process.exitCode ?? 0);
      runcell.runLoop();
    }
    if (unsettled) {
      runcell.write(2, "Warning: the program ended while it was still waiting at a top-level await\n");
      process.exitCode ??= 13;
    }
    if (process.exitCode || process.listenerCount("exit") > 0) runcell.exitProgram();
    return 0;
  };
})
