//! The programs: a line of output in every language, from a source that no run before has had.

use super::super::native;
use std::path::Path;
use std::process::Command;

/// A language: how its program is run by a sandbox and natively.
#[derive(Debug)]
pub(crate) struct Language {
    pub(crate) name: &'static str,
    /// The name that runcell and runno give the runtime.
    pub(crate) runtime: &'static str,
    /// The program; NUMBER is replaced by another number each time.
    pub(crate) code: &'static str,
    native: Native,
}

/// How it is run natively.
#[derive(Debug)]
enum Native {
    /// An interpreter and its argument before the program.
    Interpreter(&'static str, &'static str),
    /// A compiler and the ending of its sources.
    Compiler(&'static str, &'static str),
}

/// Python first: all of them run it.
pub(crate) const LANGUAGES: [Language; 6] = [
    Language {
        name: "python",
        runtime: "python",
        code: "print('hi NUMBER')",
        native: Native::Interpreter("python3", "-c"),
    },
    Language {
        name: "javascript",
        runtime: "quickjs",
        code: "console.log('hi NUMBER')",
        native: Native::Interpreter("node", "-e"),
    },
    Language { name: "ruby", runtime: "ruby", code: "puts 'hi NUMBER'", native: Native::Interpreter("ruby", "-e") },
    Language {
        name: "php",
        runtime: "php-cgi",
        code: "<?php echo \"hi NUMBER\\n\";",
        native: Native::Interpreter("php", "-r"),
    },
    Language {
        name: "C",
        runtime: "clang",
        code: "#include <stdio.h>\nint main(void) {\n    puts(\"hi NUMBER\");\n}\n",
        native: Native::Compiler("gcc", "c"),
    },
    Language {
        name: "C++",
        runtime: "clangpp",
        code: "#include <iostream>\nint main() {\n    std::cout << \"hi NUMBER\" << std::endl;\n}\n",
        native: Native::Compiler("g++", "cpp"),
    },
];

impl Language {
    pub(crate) fn code(&self, number: usize) -> String {
        self.code.replace("NUMBER", &number.to_string())
    }

    /// The commands that run a program natively, one after the other; `None` where the tool is not installed.
    pub(crate) fn native(&self, dir: &Path, number: usize) -> anyhow::Result<Option<Vec<Command>>> {
        match self.native {
            Native::Interpreter(tool, flag) => {
                let tool = native::program(tool);
                let mut command = Command::new(&tool);
                let code = self.code(number);
                command.arg(flag).arg(code.trim_start_matches("<?php "));
                Ok(native::is_there(&tool).then(|| vec![command]))
            }
            Native::Compiler(tool, ending) => {
                if !native::is_there(tool) {
                    return Ok(None);
                }
                let (source, program) = (dir.join(format!("main.{ending}")), dir.join("main"));
                std::fs::write(&source, self.code(number))?;
                let mut compiler = Command::new(tool);
                compiler.arg("-O1").arg(source).arg("-o").arg(&program);
                Ok(Some(vec![compiler, Command::new(program)]))
            }
        }
    }
}
