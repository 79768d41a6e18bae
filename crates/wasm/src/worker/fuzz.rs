//! A fuzz target: what travels between a server and its workers.

use super::frame;
use super::message::{End, Report, Request};
use runcell_model::outcome::Ending;

#[test]
fn fuzz_worker_protocol() {
    let seeds = fuzz_seeds();
    let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    runcell_fuzzing::attack("fuzz_worker_protocol", &seeds, fuzz);
}

/// Attacks both ends of the protocol with bytes: neither may panic, and what is a message is one again when it is sent.
fn fuzz(input: &[u8]) {
    const MOST: usize = 1 << 20;
    let mut stream = input;
    while let Ok(Some(report)) = frame::read::<Report>(&mut stream, MOST) {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        frame::encode(&report, &mut first).expect("a message");
        let again: Report = frame::read(&mut &first[..], MOST).expect("reads").expect("is there");
        frame::encode(&again, &mut second).expect("a message");
        assert_eq!(first, second);
    }
    let mut stream = input;
    while let Ok(Some(request)) = frame::read::<Request<'_>>(&mut stream, MOST) {
        frame::encode(&request, &mut Vec::new()).expect("a message");
    }
}

/// Messages of every kind.
fn fuzz_seeds() -> Vec<Vec<u8>> {
    let end = End {
        ending: Ending::Completed { exit_code: 3 },
        truncated: true,
        files: vec![runcell_model::file::OutputFile { path: "a".to_owned(), bytes: vec![1, 2] }],
        missing_files: vec!["b".to_owned()],
        left_files: vec![runcell_model::file::LeftFile { path: "c".to_owned(), bytes: 7 }],
        usage: runcell_model::usage::Usage::default(),
        stranded: false,
    };
    let reports = [
        Report::Ready { missing: Some("a wall".to_owned()) },
        Report::Output { run: 1, stream: runcell_model::run::OutputStream::Stderr, bytes: b"text".to_vec() },
        Report::StdinWanted { run: 2 },
        Report::Ended { run: 3, end: Box::new(end) },
        Report::NotReady { run: 4 },
        Report::Failed { run: 5, why: "fault".to_owned() },
    ];
    let requests = [Request::Stdin { run: 1, piece: Some(b"in".to_vec()) }, Request::Cancel { run: 2 }];
    let frame = |encode: &dyn Fn(&mut Vec<u8>)| {
        let mut frames = Vec::new();
        encode(&mut frames);
        frames
    };
    let reports = reports.iter().map(|it| frame(&|frames| frame::encode(it, frames).expect("a message")));
    let requests = requests.iter().map(|it| frame(&|frames| frame::encode(it, frames).expect("a message")));
    reports.chain(requests).collect()
}
