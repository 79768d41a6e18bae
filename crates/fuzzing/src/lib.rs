//! The parts that fuzz targets share: inputs that are close to good ones.
//!
//! A target is a test, `fuzz_...`, beside what it attacks. `cargo test fuzz_` runs each for a second (for longer with
//! `BOLERO_RANDOM_TEST_TIME_MS`), `cargo bolero test NAME` under libFuzzer, which learns from coverage and keeps what it
//! found in `__fuzz__`. An input that once broke something becomes a seed.
//!
//! Owns mutation: bytes alone almost never parse, so the fuzzer's bytes say how to change a good text.

/// Attacks `target` with the fuzzer's bytes, and with `seeds` changed as those bytes say.
pub fn attack(name: &'static str, seeds: &[&[u8]], target: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    for seed in seeds {
        target(seed);
    }
    let seeds: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.to_vec()).collect();
    bolero::check!(name = name).for_each(move |input: &[u8]| match input.split_first() {
        Some((choice, changes)) if usize::from(*choice) < 4 * seeds.len().min(60) => {
            target(&mutate(&seeds[usize::from(*choice) % seeds.len()], &seeds, changes));
        }
        _ => target(input),
    });
}

/// Changes a text: every six bytes are one change.
fn mutate(seed: &[u8], others: &[Vec<u8>], changes: &[u8]) -> Vec<u8> {
    let mut text = seed.to_vec();
    for change in changes.chunks_exact(6).take(8) {
        let at = usize::from(u16::from_le_bytes([change[1], change[2]])) % (text.len() + 1);
        let length = usize::from(change[3]).min(text.len() - at);
        match change[0] % 6 {
            0 => drop(text.drain(at..at + length)),
            1 => drop(text.splice(at..at + length, [change[4], change[5]])),
            2 => text.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (change[4] % 8)),
            3 => {
                let part = text[at..at + length].to_vec();
                drop(text.splice(at..at, part.repeat(1 + usize::from(change[4] % 4))));
            }
            4 => {
                let other = &others[usize::from(change[4]) % others.len()];
                let from = usize::from(change[5]) * other.len() / 256;
                drop(text.splice(at..at, other[from..].iter().copied().take(length)));
            }
            _ => text.iter_mut().skip(at).take(length).for_each(|byte| *byte = change[4]),
        }
    }
    text
}
