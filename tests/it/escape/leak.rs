//! From one run to the next: randomness, globals and memory of a run are not there for the next one, in whatever slot of
//! memory it runs.

use super::{notes_of, wasi};
use crate::harness::{WatRuntime, expect_exit, expect_stdout, report, run_code, stdout};
use std::collections::BTreeSet;

#[test]
fn no_two_runs_share_random_numbers() {
    let programs = [
        (
            "python",
            "import random, secrets, uuid, os; print(random.random(), secrets.token_hex(8), uuid.uuid4(), os.urandom(4))",
        ),
        ("python", "import numpy; print(numpy.random.rand(), numpy.random.default_rng().random())"),
        ("quickjs", "console.log(Math.random())"),
        ("quickjs", "console.log(crypto.randomUUID())"),
        ("ruby", "require 'securerandom'; puts rand, Random.new_seed, SecureRandom.hex"),
        ("php", "<?php echo mt_rand(), ' ', rand(), ' ', @lcg_value(), ' ', bin2hex(random_bytes(8)), ' ', uniqid();"),
        (
            "clang",
            "#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\nint main(void) { unsigned long long x; getentropy(&x, 8); printf(\"%llx %x\", x, arc4random()); }",
        ),
        (
            "clangpp",
            "#include <iostream>\n#include <random>\nint main() { std::random_device d; std::cout << d() << ' ' << d(); }",
        ),
    ];
    for (runtime, code) in programs {
        let said: BTreeSet<String> = (0..5)
            .map(|_| {
                let outcome = run_code(runtime, code);
                expect_exit(&outcome, 0);
                stdout(&outcome)
            })
            .collect();
        assert_eq!(said.len(), 5, "{runtime}: {said:?}");
        // Not one word of one run is another run's.
        let words: Vec<&str> = said.iter().flat_map(|text| text.split_whitespace()).collect();
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len(), "{runtime}: {said:?}");
    }
}

#[test]
fn what_a_run_plants_is_gone_with_it() {
    let cases = [
        (
            "python",
            "import builtins, json, os, sys; builtins.x = 1; json.loads = lambda s: 'evil'; os.environ['X'] = '1'; sys.path.insert(0, '/tmp'); sys.modules['re'] = None\nopen('/tmp/sitecustomize.py', 'w').write('evil')",
            "import builtins, json, os, sys; print(hasattr(builtins, 'x'), json.loads('1'), 'X' in os.environ, '/tmp' in sys.path, sys.modules.get('re', 0) is None, os.listdir('/tmp'))",
            "False 1 False False False []\n",
        ),
        (
            "quickjs",
            "globalThis.x = 1; Object.prototype.evil = 1; Array.prototype.map = () => 'evil'; process.env.X = '1'; require('fs').readFileSync = () => 'evil'; require('fs').writeFileSync('/tmp/x', '')",
            "console.log(typeof x, {}.evil, [1].map(n => n + 1), process.env.X, require('fs').readdirSync('/tmp'))",
            "undefined undefined [ 2 ] undefined []\n",
        ),
        (
            "ruby",
            "$x = 1; X = 1; class String; def size; 'evil'; end; end; ENV['X'] = '1'; File.write('/tmp/x', '')",
            "p $x, defined?(X), 'ab'.size, ENV['X'], Dir.children('/tmp')",
            "nil\nnil\n2\nnil\n[]\n",
        ),
        (
            "php",
            "<?php ini_set('memory_limit', '1G'); putenv('X=1'); define('X', 1); setlocale(LC_ALL, 'C'); file_put_contents('/tmp/x', ''); file_put_contents('/work/.user.ini', 'auto_prepend_file=/tmp/x');",
            "<?php var_dump(ini_get('memory_limit') === '1G', getenv('X'), defined('X'), count(scandir('/tmp')), file_exists('/work/.user.ini'));",
            "bool(false)\nbool(false)\nbool(false)\nint(2)\nbool(false)\n",
        ),
    ];
    for (runtime, plant, look, expected) in cases {
        for _ in 0..3 {
            expect_exit(&run_code(runtime, plant), 0);
            expect_stdout(&run_code(runtime, look), expected);
        }
    }
}

/// The pattern of the secret, in two halves, so that no program contains it before it is put together.
const HALVES: (&str, &str) = ("Kq7#vN2!xT9@", "zR4$wP6%mJ8^");

/// Programs that fill tens of MiB with the secret, by both halves as arguments.
fn planters() -> Vec<(&'static str, String)> {
    let (a, b) = HALVES;
    vec![
        (
            "python",
            format!(
                "x = bytearray(('{a}' + '{b}').encode() * 1500000); y = ['{a}' + '{b}' + str(i) for i in range(100000)]"
            ),
        ),
        (
            "quickjs",
            format!(
                "const s = '{a}' + '{b}'; const a = []; for (let i = 0; i < 200000; i++) a.push(s + i); const t = s.repeat(1000000)"
            ),
        ),
        ("ruby", format!("s = '{a}' + '{b}'; a = (0..100000).map {{ |i| s + i.to_s }}; t = s * 1000000")),
        (
            "php",
            format!(
                "<?php $s = '{a}' . '{b}'; $a = []; for ($i = 0; $i < 100000; $i++) $a[] = $s . $i; $t = str_repeat($s, 1000000);"
            ),
        ),
        (
            "clang",
            format!(
                "#include <stdlib.h>\n#include <string.h>\nint main(void) {{ char *p = malloc(40000000);\n\
                 for (int i = 0; i + 24 < 40000000; i += 24) memcpy(p + i, \"{a}\", 12), memcpy(p + i + 12, \"{b}\", 12);\n\
                 __asm__ volatile(\"\" : : \"r\"(p) : \"memory\"); }}"
            ),
        ),
    ]
}

/// A module that looks for the secret in all memory that it can get, and exits with 1 if it finds any.
fn scanner(fields: &str) -> WatRuntime {
    // The two halves as numbers of 64 bits, compared without ever being in memory.
    let number = |text: &str| u64::from_le_bytes(text.as_bytes()[..8].try_into().unwrap());
    let (a, b) = (number(HALVES.0), number(HALVES.1));
    WatRuntime::new(&wasi(
        fields,
        &format!(
            "(drop (memory.grow (i32.const 1500)))
             (local.set $n (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 8)))
             (loop $l
                (if (i32.or (i64.eq (i64.load (local.get $i)) (i64.const {a})) (i64.eq (i64.load (local.get $i)) (i64.const {b})))
                    (then (call $note (i32.const 1))))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $l (i32.lt_u (local.get $i) (local.get $n))))
             (call $note (memory.size))"
        ),
    ))
}

#[test]
fn a_secret_of_one_run_is_in_no_memory_of_the_next() {
    let scanner = scanner("");
    let (a, b) = HALVES;
    // C that looks at everything it can allocate before it writes to it.
    let c = format!(
        "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint main(void) {{ int found = 0; volatile char *p = malloc(100000000);\n\
         for (int i = 0; i < 100000000; i++) if (p[i] == '{}' && p[i + 1] == '{}' && p[i + 2] == '{}' && p[i + 3] == '{}') found++;\n\
         printf(\"%d\\n\", found); }}",
        &a[0..1],
        &a[1..2],
        &a[2..3],
        &a[3..4]
    );
    // Python that reads its whole address space through arrays that begin where memory begins.
    let python = format!(
        "import gc, sys\nfound = 0\nfor o in gc.get_objects():\n    try:\n        if isinstance(o, (str, bytes, bytearray)) and '{a}' in str(o): found += 1\n    except Exception: pass\n\
         import numpy\nfree = [numpy.empty(1 << 20, dtype=numpy.uint8) for _ in range(60)]\n\
         needle = '{b}'.encode()\nprint(found, sum(bytes(part).count(needle) for part in free))"
    );
    for (runtime, plant) in planters() {
        let planted = run_code(runtime, &plant);
        assert!(planted.is_success() && planted.usage.memory_bytes > 20 << 20, "{}", report(&planted));
        let found = notes_of(&scanner.run(|_| ()));
        assert_eq!(found.len(), 1, "after {runtime}: {} places", found.len() - 1);
        assert!(found[0] >= 1508, "it looked at all of its memory: {found:?}");
    }
    for _ in 0..2 {
        expect_stdout(&run_code("clang", &c), "0\n");
        expect_stdout(&run_code("python", &python), "0 0\n");
    }
}

/// The counter-check: the scanner finds what is in its own memory, at any address.
#[test]
fn the_scanner_finds_what_is_there() {
    let (a, b) = HALVES;
    let fields = format!("(data (i32.const 70001) \"{a}\") (data (i32.const 400003) \"{b}\")");
    let found = notes_of(&scanner(&fields).run(|_| ()));
    assert_eq!(found[..2], [1, 1], "{found:?}");
}

/// Runs of one language in one slot: the interpreter's image is as it was, wherever the last run has written.
#[test]
fn the_same_slot_is_clean_in_every_language() {
    let look = [
        ("python", "x = bytearray(50000000)\nprint(x.count(b'Kq7#'), sum(1 for s in map(id, range(1))) * 0)", "0 0\n"),
        (
            "quickjs",
            "const b = new Uint8Array(50000000); let n = 0; for (let i = 0; i < b.length; i += 4096) n += b[i]; console.log(n)",
            "0\n",
        ),
        // The thing that is looked for is there itself.
        (
            "ruby",
            "n = 'Kq7#' + 'vN2'; puts ObjectSpace.each_object(String).count { |s| s.valid_encoding? && s.include?(n) }",
            "1\n",
        ),
    ];
    let planters = planters();
    for (runtime, code, expected) in look {
        let (_, plant) = planters.iter().find(|(name, _)| *name == runtime).unwrap();
        for _ in 0..2 {
            expect_exit(&run_code(runtime, plant), 0);
            let outcome = run_code(runtime, code);
            expect_stdout(&outcome, expected);
        }
    }
}
