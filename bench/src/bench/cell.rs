//! Fresh cells in a running process: from the request to the outcome, all limits on.

use super::driver::{Bench, me, start};
use super::native;
use super::table::Row;
use crate::sample::Samples;
use runcell::outcome::{Ending, Outcome};
use runcell::runtime::RuntimeRef;
use runcell::service::{Ready, RunRequest};
use std::process::Command;
use std::time::{Duration, Instant};

/// A snippet for an interpreter, and how the native one is called with it.
pub(crate) struct Snippet {
    runtime: &'static str,
    code: &'static str,
    native: [&'static str; 2],
    bar: &'static str,
}

pub(crate) const PYTHON_HELLO: Snippet =
    Snippet { runtime: "python", code: "print('hi')", native: ["python3", "-c"], bar: "0.8 (p99 3)" };
pub(crate) const PYTHON_NUMPY: Snippet = Snippet {
    runtime: "python",
    code: "import numpy as np; print(np.arange(6).reshape(2, 3).sum())",
    native: ["python3", "-c"],
    bar: "1.5",
};
pub(crate) const PYTHON_PANDAS: Snippet = Snippet {
    runtime: "python",
    code: "import pandas as pd; print(pd.DataFrame({'a': [1, 2]}).sum())",
    native: ["python3", "-c"],
    bar: "6",
};
pub(crate) const RUBY_HELLO: Snippet =
    Snippet { runtime: "ruby", code: "puts 'hi'", native: ["ruby", "-e"], bar: "0.5" };
pub(crate) const QUICKJS_HELLO: Snippet =
    Snippet { runtime: "quickjs", code: "console.log('hi')", native: ["node", "-e"], bar: "0.2" };
pub(crate) const PHP_HELLO: Snippet =
    Snippet { runtime: "php", code: "echo \"hi\\n\";", native: ["php", "-r"], bar: "5" };

/// A program for a compiler.
pub(crate) struct Program {
    runtime: &'static str,
    code: &'static str,
    native: &'static str,
    file: &'static str,
    bars: [&'static str; 2],
}

pub(crate) const C_HELLO: Program = Program {
    runtime: "clang",
    code: "#include <stdio.h>\nint main(void) {\n    puts(\"hi\");\n}\n",
    native: "gcc",
    file: "hello.c",
    bars: ["60", "2"],
};
pub(crate) const CPP_MAP: Program = Program {
    runtime: "clangpp",
    code: include_str!("containers.cpp"),
    native: "g++",
    file: "containers.cpp",
    bars: ["600", ""],
};

/// Whether a compiler sees the same source again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    New,
    Same,
}

/// Runs of runcell's a turn.
const A_TURN: usize = 10;

impl Bench {
    /// A runtime, prepared and loaded.
    pub(crate) fn ready(&self, runtime: &str) -> anyhow::Result<Ready> {
        let runtime: RuntimeRef = runtime.parse()?;
        let mut preparation = self.service.runtimes(&me()).prepare(&runtime)?;
        Ok(self.tokio.block_on(preparation.ready())?)
    }

    /// Runs a snippet, which has to succeed, and says how long that took.
    pub(crate) fn time(&self, ready: &Ready, runtime: &str, code: &str) -> anyhow::Result<(Outcome, Duration)> {
        let request = RunRequest::new(runtime.parse()?, code);
        self.tokio.block_on(async {
            let before = Instant::now();
            let outcome = start(&self.service, ready, request).await?.outcome().await?;
            let took = before.elapsed();
            let text = String::from_utf8_lossy(&outcome.output.stderr).into_owned();
            anyhow::ensure!(outcome.ending == Ending::Completed { exit_code: 0 }, "{:?}: {text}", outcome.ending);
            Ok((outcome, took))
        })
    }
}

/// Interpreters: ten fresh cells, one native process, and so on in turn.
pub(crate) fn interpreted(bench: &Bench, name: &str, snippet: &Snippet) -> anyhow::Result<Vec<Row>> {
    let ready = bench.ready(snippet.runtime)?;
    let (mut ours, mut native) = (Samples::default(), Samples::default());
    let [tool, flag] = snippet.native;
    let program = native::program(tool);
    // A native interpreter without the snippet's libraries is no counterpart.
    let works = Command::new(&program).args([flag, snippet.code]).output().is_ok_and(|output| output.status.success());
    for _ in 0..A_TURN {
        bench.time(&ready, snippet.runtime, snippet.code)?;
    }
    for _ in 0..bench.turns {
        for _ in 0..A_TURN {
            ours.push(bench.time(&ready, snippet.runtime, snippet.code)?.1);
        }
        if works {
            native::time(Command::new(&program).args([flag, snippet.code]), &mut native)?;
        }
    }
    Ok(vec![Row::of(name, &ours, tool, &native, snippet.bar)])
}

/// Compilers: compile, link and run, here and natively, in turn.
pub(crate) fn compiled(bench: &Bench, name: &str, program: &Program, source: Source) -> anyhow::Result<Vec<Row>> {
    let ready = bench.ready(program.runtime)?;
    let dir = tempfile::tempdir()?;
    let path = dir.path().join(program.file);
    let works = native::is_there(program.native);
    let (mut ours, mut native) = (Samples::default(), Samples::default());
    let code = |turn: usize| format!("{}// {turn}\n", program.code);
    bench.time(&ready, program.runtime, &code(0))?;
    for turn in 1..=bench.turns {
        let text = code(if source == Source::New { turn } else { 0 });
        ours.push(bench.time(&ready, program.runtime, &text)?.1);
        if works {
            std::fs::write(&path, &text)?;
            native::time_build(program.native, &path, &mut native)?;
        }
    }
    let bar = program.bars[usize::from(source == Source::Same)];
    Ok(vec![Row::of(name, &ours, program.native, &native, bar)])
}
