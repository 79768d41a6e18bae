//! The tables of `cargo xtask bench peers`, and where runcell loses.

use super::language::LANGUAGES;
use super::peer::Measured;
use crate::markdown;
use crate::sample::{Samples, ms};
use std::fmt::Write as _;

/// All that was measured. The first is runcell's library, to which ratios refer.
pub(crate) struct Report<'a> {
    pub(crate) measured: &'a [Measured],
    /// The peers that are not here, and why.
    pub(crate) absent: &'a [(String, String)],
}

/// How a time compares with runcell's.
fn ratio(theirs: f64, ours: f64) -> String {
    match theirs / ours {
        ratio if ratio >= 10.0 => format!("{ratio:.0} x"),
        ratio => format!("{ratio:.2} x"),
    }
}

fn median(samples: Option<&Samples>) -> Option<f64> {
    samples.filter(|samples| !samples.is_empty()).map(|samples| samples.median().as_secs_f64() * 1000.0)
}

fn time(samples: Option<&Samples>) -> String {
    let some = samples.filter(|samples| !samples.is_empty());
    some.map_or_else(String::new, |samples| format!("{} (p99 {})", ms(samples.median()), ms(samples.quantile(0.99))))
}

impl Report<'_> {
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("A line of python's, `print('hi N')`:\n\n");
        text.push_str(&self.hellos());
        text.push_str("\nA line of output in other languages, each from a source that is new (warm, ms):\n\n");
        text.push_str(&self.languages());
        text.push_str("\nPrograms in python that only compute (ms, best of six; times as long as natively):\n\n");
        text.push_str(&self.kernels());
        text.push_str("\nWhere runcell loses to another sandbox, or to no sandbox:\n\n");
        for loss in self.losses() {
            let _ = writeln!(text, "- {loss}");
        }
        text.push_str("\nWho is who, and what a run is:\n\n");
        for peer in self.measured {
            let _ = writeln!(text, "- **{}**: {}.", peer.name, peer.mode);
        }
        for (name, why) in self.absent {
            let _ = writeln!(text, "- **{name}**: not measured: {why}.");
        }
        text
    }

    fn hellos(&self) -> String {
        let ours = self.warm(0, "python");
        let mib = |kib: u64| format!("{:.2}", kib as f64 / 1024.0);
        let rows: Vec<Vec<String>> = self
            .measured
            .iter()
            .map(|peer| {
                let warm = median(peer.warm.get("python"));
                vec![
                    peer.name.clone(),
                    time(Some(&peer.cold)),
                    time(peer.warm.get("python")),
                    warm.zip(ours).map_or_else(String::new, |(theirs, ours)| ratio(theirs, ours)),
                    peer.throughput.map_or_else(String::new, |runs| {
                        if runs < 10.0 { format!("{runs:.1}") } else { format!("{runs:.0}") }
                    }),
                    peer.memory.map_or_else(String::new, |memory| {
                        format!("{} ({})", mib(memory.private), mib(memory.proportional))
                    }),
                ]
            })
            .chain(self.absent.iter().map(|(name, why)| {
                let mut row = vec![name.clone(), why.lines().next().unwrap_or_default().to_owned()];
                row.resize(6, String::new());
                row
            }))
            .collect();
        let head = [
            "who",
            "cold process, ms",
            "warm, ms",
            "warm, by runcell's",
            "runs/s, 2 callers",
            "one live sandbox, MiB written (PSS)",
        ];
        markdown::table(&head, &rows)
    }

    fn warm(&self, peer: usize, language: &str) -> Option<f64> {
        median(self.measured.get(peer)?.warm.get(language))
    }

    fn languages(&self) -> String {
        let some: Vec<usize> = (0..self.measured.len())
            .filter(|peer| self.measured[*peer].warm.keys().any(|name| *name != "python"))
            .collect();
        let mut head = vec!["language"];
        head.extend(some.iter().map(|peer| self.measured[*peer].name.as_str()));
        let rows: Vec<Vec<String>> = LANGUAGES[1..]
            .iter()
            .map(|language| {
                let ours = self.warm(0, language.name);
                let cells = some.iter().map(|peer| {
                    let samples = self.measured[*peer].warm.get(language.name);
                    let cell = time(samples);
                    let ratio = median(samples).zip(ours).filter(|_| *peer > 0);
                    ratio.map_or(cell.clone(), |(theirs, ours)| format!("{cell}, {}", self::ratio(theirs, ours)))
                });
                std::iter::once(language.name.to_owned()).chain(cells).collect()
            })
            .collect();
        markdown::table(&head, &rows)
    }

    /// The native peer, or the first of all.
    fn native(&self) -> Option<&Measured> {
        self.measured.iter().find(|peer| peer.name.starts_with("native"))
    }

    /// The geometric mean of a peer's times by the native ones.
    fn slowdown(&self, peer: &Measured) -> Option<f64> {
        let native = self.native()?;
        let ratios = peer.kernels.iter().map(|(name, _)| Some(peer.kernel(name)? / native.kernel(name)?));
        let ratios: Vec<f64> = ratios.collect::<Option<_>>()?;
        (!ratios.is_empty()).then(|| ratios.iter().product::<f64>().powf(1.0 / ratios.len() as f64))
    }

    fn kernels(&self) -> String {
        let some: Vec<&Measured> = self.measured.iter().filter(|peer| !peer.kernels.is_empty()).collect();
        let mut head = vec!["kernel"];
        head.extend(some.iter().map(|peer| peer.name.as_str()));
        let names = some.first().map(|peer| peer.kernels.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
        let mut rows: Vec<Vec<String>> = Vec::new();
        for name in names.unwrap_or_default() {
            let native = self.native().and_then(|native| native.kernel(&name));
            let cells = some.iter().map(|peer| match (peer.kernel(&name), native) {
                (Some(ms), Some(native)) if !peer.name.starts_with("native") => {
                    format!("{ms:.1}, {:.2} x", ms / native)
                }
                (Some(ms), _) => format!("{ms:.1}"),
                (None, _) => "cannot".to_owned(),
            });
            rows.push(std::iter::once(name.clone()).chain(cells).collect());
        }
        let means = some.iter().map(|peer| self.slowdown(peer).map_or_else(String::new, |mean| format!("{mean:.2} x")));
        rows.push(std::iter::once("geometric mean".to_owned()).chain(means).collect());
        markdown::table(&head, &rows)
    }

    fn losses(&self) -> Vec<String> {
        let mut losses = Vec::new();
        let runcell = |peer: &&Measured| peer.name.starts_with("runcell");
        let others = || self.measured.iter().filter(|peer| !runcell(peer));
        let best = |of: &dyn Fn(&Measured) -> Option<f64>| {
            self.measured.iter().filter(runcell).filter_map(of).reduce(f64::min)
        };
        let mut lower = |what: &str, unit: &str, of: &dyn Fn(&Measured) -> Option<f64>| {
            let Some(ours) = best(of) else { return };
            for (peer, theirs) in
                others().filter_map(|peer| Some((peer, of(peer)?))).filter(|(_, theirs)| *theirs < ours)
            {
                losses.push(format!("{what}: {} {theirs:.2} {unit}, runcell {ours:.2} {unit}", peer.name));
            }
        };
        lower("a cold process", "ms", &|peer| median(Some(&peer.cold)));
        for language in &LANGUAGES {
            lower(&format!("a warm line of {}", language.name), "ms", &|peer| median(peer.warm.get(language.name)));
        }
        lower("one live sandbox, written pages", "MiB", &|peer| Some(peer.memory?.private as f64 / 1024.0));
        lower("time between two hellos with two callers", "ms", &|peer| Some(1000.0 / peer.throughput?));
        lower("all kernels, by native", "x", &|peer| self.slowdown(peer));
        for (name, _) in self.measured.first().map_or(&[][..], |ours| &ours.kernels) {
            let Some(ours) = best(&|peer| peer.kernel(name)) else { continue };
            // That every one loses to the native interpreter is said by the mean.
            for peer in others().filter(|peer| !peer.name.starts_with("native")) {
                if let Some(theirs) = peer.kernel(name).filter(|theirs| *theirs < ours) {
                    losses.push(format!("the kernel {name}: {} {theirs:.1} ms, runcell {ours:.1} ms", peer.name));
                }
            }
        }
        losses
    }
}
