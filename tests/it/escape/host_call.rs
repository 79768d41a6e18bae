//! Calls of the host with wrong pointers, lengths and counts: an error number comes back, and nothing of the host moves.

use super::{FUNCTIONS, expect_limit, expect_next_run_is_well, limited, notes, notes_of, run_alone, wasi};
use crate::harness::{WatRuntime, report};
use runcell::limits::{Kind, LimitKind, LimitsRequest};
use runcell::outcome::Ending;
use std::time::{Duration, Instant};

const FAULT: u16 = 21;
const INVALID: u16 = 28;

/// Every function with every argument wrong at once, and with one sound argument at each place: none traps, none crashes.
#[test]
fn every_function_bears_every_argument() {
    // Results go below the notes, or nowhere.
    let values: [i64; 7] = [0, 3, -1, i64::MIN, 0x7fff_ffff, 0x8000_0000, 400_000];
    let argument = |letter: char, value: i64| match letter {
        'i' => format!("(i32.const {})", value & 0xffff_ffff),
        _ => format!("(i64.const {value})"),
    };
    let mut body = String::new();
    let mut calls = 0;
    for (name, params) in FUNCTIONS {
        for (index, value) in values.into_iter().enumerate() {
            for other in [value, values[(index + 2) % values.len()], values[(index + 3) % values.len()]] {
                let pick = |(at, letter)| argument(letter, if at % 2 == 0 { value } else { other });
                let arguments: String = params.chars().enumerate().map(pick).collect();
                body.push_str(&format!("(call $note (call ${name} {arguments}))\n"));
                calls += 1;
            }
        }
    }
    let attack = WatRuntime::new(&wasi("", &body));
    let outcome = attack.run(|_| ());
    let found = notes_of(&outcome);
    assert_eq!(found.len(), calls);
    assert!(found.iter().all(|errno| *errno <= 76), "no error number of WASI: {found:?}");
    assert!(found.iter().filter(|errno| **errno == FAULT).count() > 50, "{found:?}");
    assert!(outcome.output.stderr.is_empty());
}

#[test]
fn buffers_outside_of_memory_are_faults() {
    let write = |list: i64, count: i64| {
        format!("(call $note (call $fd_write (i32.const 2) (i32.const {list}) (i32.const {count}) (i32.const 64)))")
    };
    let read = |list: i64, count: i64| {
        format!("(call $note (call $fd_read (i32.const 0) (i32.const {list}) (i32.const {count}) (i32.const 64)))")
    };
    // At 0: (0, 2^32-1). At 8: (2^32-16, 32), which wraps around. At 16: (last byte, 2). At 24: a good one.
    let fields = "(data (i32.const 0) \"\\00\\00\\00\\00\\ff\\ff\\ff\\ff\\f0\\ff\\ff\\ff\\20\\00\\00\\00\\ff\\ff\\07\\00\\02\\00\\00\\00\\00\\01\\00\\00\\00\\00\\00\\00\")";
    let mut body = String::new();
    for (list, count) in [
        (0, 1),
        (8, 1),
        (16, 1),
        (-8, 1),
        (-1, 1),
        (524_284, 1),
        (24, 1),
        (0, 0x8000_0000),
        (0, -1),
        (24, 1025),
        (24, 0),
    ] {
        body.push_str(&write(list, count));
        body.push_str(&read(list, count));
    }
    let each = [FAULT, FAULT, FAULT, FAULT, FAULT, FAULT, 0, INVALID, INVALID, INVALID, 0];
    let expected: Vec<u16> = each.into_iter().flat_map(|errno| [errno, errno]).collect();
    assert_eq!(notes(fields, &body), expected);
}

/// A thousand buffers that all are the whole memory: what is written counts, and ends at the limit; what is read ends
/// with the file.
#[test]
fn overlapping_buffers_count_as_often_as_they_are_named() {
    let lists =
        "(loop $l (i32.store (i32.add (i32.const 65540) (i32.shl (local.get $i) (i32.const 3))) (i32.const 458752))
        (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (i32.const 1024))))";
    let to_output =
        format!("{lists} (call $note (call $fd_write (i32.const 1) (i32.const 65536) (i32.const 1024) (i32.const 0)))");
    let outcome = WatRuntime::new(&wasi("", &to_output)).run(|_| ());
    expect_limit(&outcome, LimitKind::Output, LimitKind::Output.default_value());
    assert_eq!(outcome.output.stdout.len() as u64, LimitKind::Output.default_value());
    let open =
        "(drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 8) (i32.const 6) (i32.const 1) (i64.const 66)
        (i64.const 0) (i32.const 0) (i32.const 32)))";
    let to_file = format!(
        "{lists} {open} (call $note (call $fd_write (i32.const 4) (i32.const 65536) (i32.const 1024) (i32.const 0)))"
    );
    let outcome = WatRuntime::new(&wasi("(data (i32.const 8) \"tmp/xy\")", &to_file)).run(|_| ());
    expect_limit(&outcome, LimitKind::FileBytes, LimitKind::FileBytes.default_value());
    assert!(outcome.usage.file_bytes <= LimitKind::FileBytes.default_value());
}

#[test]
fn counts_of_subscriptions_are_bounded() {
    let poll = |count: i64| {
        format!("(call $note (call $poll_oneoff (i32.const 0) (i32.const 0) (i32.const {count}) (i32.const 64)))")
    };
    let body: String = [0, 1025, 1_000_000, 0x8000_0000, -1].into_iter().map(poll).collect();
    // 1024 are allowed, and 8 pages hold them; the events do not fit behind the last page.
    let fits = "(call $note (call $poll_oneoff (i32.const 0) (i32.const 65536) (i32.const 1024) (i32.const 131072)))
                (call $note (i32.load (i32.const 131072)))
                (call $note (call $poll_oneoff (i32.const 0) (i32.const 524272) (i32.const 1024) (i32.const 131072)))";
    assert_eq!(notes("", &(body + fits)), [INVALID, INVALID, INVALID, INVALID, INVALID, 0, 1024, FAULT]);
}

#[test]
fn randomness_beyond_memory_is_a_fault_and_randomness_costs_fuel() {
    let body = "(call $note (call $random_get (i32.const 0) (i32.const -1)))
                (call $note (call $random_get (i32.const -65536) (i32.const 131072)))
                (call $note (call $random_get (i32.const 0) (i32.const 65536)))";
    assert_eq!(notes("", body), [FAULT, FAULT, 0]);
    let endless = "(loop $l (drop (call $random_get (i32.const 0) (i32.const 400000))) (br $l))";
    let outcome =
        WatRuntime::new(&wasi("", endless)).run(|request| request.limits = limited(LimitKind::Fuel, 30_000_000));
    expect_limit(&outcome, LimitKind::Fuel, 30_000_000);
    assert!(outcome.usage.cpu_us < 2_000_000, "{}", report(&outcome));
}

#[test]
fn listings_fill_what_is_there_and_no_more() {
    let list = |at: i64, len: i64, cookie: i64| {
        format!(
            "(call $note (call $fd_readdir (i32.const 3) (i32.const {at}) (i32.const {len}) (i64.const {cookie}) (i32.const 64)))"
        )
    };
    let body: String = [
        (0, -1, 0),
        (524_287, 2, 0),
        (-1, 1, 0),
        (1024, 65536, -1),
        (1024, 65536, i64::MAX),
        (1024, 0, 0),
        (1024, 65536, 0),
    ]
    .into_iter()
    .map(|(at, len, cookie)| {
        list(at, len, cookie) + "(call $note (i32.load (i32.const 64))) (i32.store (i32.const 64) (i32.const 0))"
    })
    .collect();
    let found = notes("", &body);
    assert_eq!(found[..12], [FAULT, 0, FAULT, 0, FAULT, 0, 0, 0, 0, 0, 0, 0], "{found:?}");
    assert!(found[12] == 0 && found[13] > 100, "the last one lists the root: {found:?}");
}

/// Arguments and environment are as long as the service lets them be, and are written where they fit or not at all.
#[test]
fn arguments_do_not_write_past_memory() {
    let body =
        "(call $note (call $environ_sizes_get (i32.const 0) (i32.const 4))) (call $note (i32.load (i32.const 4)))
                (call $note (call $environ_get (i32.const 1024) (i32.const 464288)))
                (call $note (call $environ_get (i32.const 524286) (i32.const 1024)))
                (call $note (call $environ_get (i32.const -4) (i32.const -4)))
                (call $note (call $args_get (i32.const 524287) (i32.const 0)))
                (call $note (call $environ_get (i32.const 1024) (i32.const 8192)))";
    let attack = WatRuntime::new(&wasi("", body));
    let outcome = attack.run(|request| {
        request.env = [("B".to_owned(), "b".repeat(60_000))].into();
    });
    let found = notes_of(&outcome);
    assert!(
        found[1] > 60_000 && [&found[..1], &found[2..]].concat() == [0, FAULT, FAULT, FAULT, FAULT, 0],
        "{found:?}"
    );
}

/// Short calls that make the host work: a deadline holds although each costs the guest next to nothing.
#[test]
fn the_host_does_not_work_for_ever_for_a_guest() {
    let name = |text: &str| format!("(data (i32.const 4096) \"{text}\")");
    let deep = "./".repeat(2000);
    let cases = [
        ("sizes", String::new(), "(drop (call $environ_sizes_get (i32.const 131072) (i32.const 8)))", ""),
        ("environment", String::new(), "(drop (call $environ_get (i32.const 65536) (i32.const 8)))", ""),
        ("a long path", name(&deep), "(drop (call $path_filestat_get (i32.const 3) (i32.const 1) (i32.const 4096) (i32.const 4000) (i32.const 0)))", ""),
        (
            // Forty links, each of them a path of two thousand steps that ends in the next one.
            "links",
            format!("{} (data (i32.const 16384) \"tmp/00\") {}", name(&format!("../{}", "work/../tmp/../tmp/./".repeat(180))), ""),
            "(drop (call $path_filestat_get (i32.const 3) (i32.const 1) (i32.const 16384) (i32.const 6) (i32.const 0)))",
            // Link n is named by two letters and points to the long path with the name of link n+1 behind it.
            "(loop $m
                (i32.store8 (i32.const 7879) (i32.add (i32.const 65) (i32.add (local.get $i) (i32.const 1))))
                (i32.store8 (i32.const 16388) (i32.add (i32.const 65) (local.get $i)))
                (i32.store8 (i32.const 16389) (i32.const 122)) (i32.store8 (i32.const 7880) (i32.const 122))
                (drop (call $path_symlink (i32.const 4096) (i32.const 3785) (i32.const 3) (i32.const 16384) (i32.const 6)))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $m (i32.lt_u (local.get $i) (i32.const 40))))
             (i32.store8 (i32.const 16388) (i32.const 65))",
        ),
        ("a listing", String::new(), "(drop (call $fd_readdir (i32.const 3) (i32.const 0) (i32.const 20) (i64.const 3) (i32.const 64)))", ""),
        ("a poll", String::new(), "(drop (call $poll_oneoff (i32.const 131072) (i32.const 65536) (i32.const 1024) (i32.const 64)))", ""),
        ("random numbers", String::new(), "(drop (call $random_get (i32.const 0) (i32.const 400000)))", ""),
        ("bytes", String::new(), "(memory.fill (i32.const 0) (i32.const 1) (i32.const 524288))", ""),
    ];
    for (what, fields, call, first) in cases {
        let attack = WatRuntime::new(&wasi(&fields, &format!("{first} (loop $l {call} (br $l))")));
        let began = Instant::now();
        let outcome = attack.run(|request| {
            request.env = (0..5000).map(|n| (format!("{n}"), String::new())).collect();
            request.limits = LimitsRequest::default().with(LimitKind::WallTime, 200).with(LimitKind::Fuel, 1 << 40);
        });
        assert_eq!(outcome.ending, Ending::TimedOut { allowed_ms: 200 }, "{what}: {}", report(&outcome));
        assert!(began.elapsed() < Duration::from_secs(30), "{what}: {:?}", began.elapsed());
    }
}

/// The whole attack in a process of its own: none of these calls makes the host take memory.
#[test]
fn wrong_counts_take_no_memory_of_the_host() {
    let code = "
__attribute__((import_module(\"wasi_snapshot_preview1\"), import_name(\"fd_write\"))) int w(int, void *, unsigned, int *);
__attribute__((import_module(\"wasi_snapshot_preview1\"), import_name(\"fd_readdir\"))) int d(int, void *, unsigned, long long, int *);
__attribute__((import_module(\"wasi_snapshot_preview1\"), import_name(\"poll_oneoff\"))) int p(void *, void *, unsigned, int *);
__attribute__((import_module(\"wasi_snapshot_preview1\"), import_name(\"random_get\"))) int r(void *, unsigned);
int main(void) {
    int n, bad = 0;
    for (int i = 0; i < 1000; i++) {
        unsigned huge = 0x80000000u + i;
        bad += w(1, &n, huge, &n) == 28 && p(&n, &n, huge, &n) == 28 && d(3, &n, huge, 0, &n) == 21;
        if (i < 3) bad -= r(&n, 0xffffff00u) != 21;
    }
    return bad == 1000 ? 7 : 8;
}";
    let (hello, least) = run_alone("clang", "int main(void) { return 7; }", &[], &[]);
    let (attack, peak) = run_alone("clang", code, &[], &[]);
    assert_eq!((hello.status.code(), attack.status.code()), (Some(7), Some(7)), "{attack:?}");
    assert!(least > 0 && peak < least + (64 << 20), "{peak} bytes instead of {least}");
    expect_next_run_is_well();
}
