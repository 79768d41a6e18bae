//! Runs under way, and those that ended a moment ago: what they have said, for whoever listens now or again.
//!
//! Owns the events of each run and their bounds. A listener that comes back says what it has heard last, and hears the rest.
//! The store has the records that are kept for good.

use crate::event::event;
use crate::listen::{Listen, Told};
use bytes::Bytes;
use runcell_model::caller::{Caller, Scope};
use runcell_model::execution::ExecutionId;
use runcell_model::run::{OutputStream, RunEvent};
use runcell_service::Stdin;
use runcell_wire::{OutputJson, StepJson};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Map;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Events of one run that are kept, in bytes. Of more, the earliest are gone, and the stream says so.
const KEPT_BYTES: usize = 2 << 20;
/// Ended runs whose events are kept.
const KEPT_ENDED: usize = 256;
/// Events of all ended runs that are kept, in bytes. The last event of a run has its outcome, which may be large.
const KEPT_ENDED_BYTES: usize = 64 << 20;

/// All runs that can be listened to.
#[derive(Debug, Default)]
pub(crate) struct LiveRuns {
    inner: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    runs: HashMap<ExecutionId, Arc<LiveRun>>,
    /// Those that ended, the first one first, each with the bytes of its events.
    ended: VecDeque<(ExecutionId, usize)>,
    ended_bytes: usize,
}

/// A run that can be listened to.
#[derive(Debug)]
pub(crate) struct LiveRun {
    scope: Scope,
    stop: CancellationToken,
    said: Mutex<Said>,
    count: watch::Sender<u64>,
    /// Where what its program reads goes in, while more of it may come.
    stdin: Mutex<Option<mpsc::Sender<Vec<u8>>>>,
}

#[derive(Debug, Default)]
struct Said {
    /// The number of the first event that is kept; they count from 1.
    first: u64,
    events: VecDeque<Bytes>,
    bytes: usize,
    ended: bool,
    progress: ProgressJson,
}

/// How far a run is.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct ProgressJson {
    /// `preparing`, `running` or `ended`.
    pub(crate) state: String,
    /// The thing that is being prepared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    /// The step under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<String>,
    /// The number of the step, from 1, where the number of all is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step_number: Option<u64>,
    /// How many steps there are, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step_count: Option<u64>,
    /// How much of the preparation is done, from 0 to 100, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) percent: Option<u8>,
    /// Bytes that the program has written so far.
    pub(crate) output_bytes: u64,
}

/// The next thing that a listener hears.
pub(crate) enum Next {
    /// Events, and the number of the last of them.
    Events(Vec<Bytes>, u64),
    /// Nothing more will come.
    End,
}

impl LiveRuns {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A run that begins.
    pub(crate) fn begin(&self, id: &ExecutionId, caller: &Caller, stop: CancellationToken) -> Arc<LiveRun> {
        let progress = ProgressJson { state: "preparing".to_owned(), ..ProgressJson::default() };
        let run = Arc::new(LiveRun {
            scope: Scope::Tenant(caller.tenant.clone()),
            stop,
            said: Mutex::new(Said { first: 1, progress, ..Said::default() }),
            count: watch::Sender::new(0),
            stdin: Mutex::new(None),
        });
        self.known().runs.insert(id.clone(), run.clone());
        run
    }

    /// A run that ended: its events stay for a while. Whoever listens to it at the moment hears them all.
    pub(crate) fn end(&self, id: &ExecutionId) {
        let mut known = self.known();
        let bytes = known.runs.get(id).map_or(0, |run| run.said().bytes);
        known.ended.push_back((id.clone(), bytes));
        known.ended_bytes += bytes;
        while (known.ended.len() > KEPT_ENDED || known.ended_bytes > KEPT_ENDED_BYTES)
            && let Some((oldest, bytes)) = known.ended.pop_front()
        {
            known.runs.remove(&oldest);
            known.ended_bytes -= bytes;
        }
    }

    /// A run that a caller may listen to.
    pub(crate) fn find(&self, id: &ExecutionId, caller: &Caller) -> Option<Arc<LiveRun>> {
        let sees = |run: &Arc<LiveRun>| *caller.scope() == Scope::All || *caller.scope() == run.scope;
        self.known().runs.get(id).filter(|run| sees(run)).cloned()
    }
}

impl LiveRun {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops the run.
    pub(crate) fn cancel(&self) {
        self.stop.cancel();
    }

    /// Whether its last word was said.
    pub(crate) fn has_ended(&self) -> bool {
        self.said().ended
    }

    /// Stdin that comes later: the event `stdin` says that the program reads.
    pub(crate) fn stdin_later(self: &Arc<Self>) -> Stdin {
        let (sender, receiver) = mpsc::channel(1);
        *self.stdin.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        let run = self.clone();
        Stdin::OnDemand(Box::new(move || {
            run.say("stdin", &Map::new());
            receiver
        }))
    }

    /// Where more of it goes in; none if it takes no more.
    pub(crate) fn stdin(&self) -> Option<mpsc::Sender<Vec<u8>>> {
        self.stdin.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says that no more of it comes.
    pub(crate) fn end_stdin(&self) {
        self.stdin.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// How far it is.
    pub(crate) fn progress(&self) -> ProgressJson {
        self.said().progress.clone()
    }

    /// Says something.
    pub(crate) fn say(&self, name: &str, data: &impl Serialize) {
        let mut said = self.said();
        let number = said.first + said.events.len() as u64;
        let event = event(Some(number), name, data);
        said.bytes += event.len();
        said.events.push_back(event);
        while said.bytes > KEPT_BYTES
            && said.events.len() > 1
            && let Some(oldest) = said.events.pop_front()
        {
            (said.bytes, said.first) = (said.bytes - oldest.len(), said.first + 1);
        }
        drop(said);
        self.count.send_replace(number);
    }

    /// Says the last word.
    pub(crate) fn finish(&self, name: &str, data: &impl Serialize) {
        self.said().progress.state = "ended".to_owned();
        self.end_stdin();
        self.say(name, data);
        self.said().ended = true;
        // Those who wait look once more.
        self.count.send_modify(|_| {});
    }

    /// The events after the one of that number, as soon as there are some.
    pub(crate) async fn after(&self, heard: u64) -> Next {
        let mut count = self.count.subscribe();
        loop {
            count.mark_unchanged();
            {
                let said = self.said();
                let last = said.first + said.events.len() as u64 - 1;
                // A number that a caller claims to have heard may be from another run.
                let next = if heard > last { said.first } else { (heard + 1).max(said.first) };
                let skip = usize::try_from(next - said.first).unwrap_or(usize::MAX);
                let events: Vec<Bytes> = said.events.iter().skip(skip).cloned().collect();
                if !events.is_empty() && heard <= last {
                    return Next::Events(events, last);
                }
                if said.ended {
                    return Next::End;
                }
            }
            if count.changed().await.is_err() {
                return Next::End;
            }
        }
    }
}

/// Turns what a run tells into events. Characters that are cut in two are put together again.
pub(crate) struct Narrator {
    run: Arc<LiveRun>,
    cut: [Vec<u8>; 3],
}

impl Narrator {
    pub(crate) fn new(run: Arc<LiveRun>) -> Self {
        Self { run, cut: Default::default() }
    }

    fn output(&mut self, stream: OutputStream, bytes: &[u8]) {
        let cut = &mut self.cut[stream as usize];
        cut.extend_from_slice(bytes);
        let whole = whole_characters(cut);
        let rest = cut.split_off(whole);
        self.run.said().progress.output_bytes += bytes.len() as u64;
        if !cut.is_empty() {
            self.run.say("output", &output(stream, cut));
        }
        *cut = rest;
    }
}

/// Output as an event has it: a compiler's is told apart, and on stderr for those who do not look.
fn output(stream: OutputStream, bytes: &[u8]) -> OutputJson {
    match stream {
        OutputStream::Stdout => OutputJson::new("stdout", bytes),
        OutputStream::Stderr => OutputJson::new("stderr", bytes),
        OutputStream::Compiler => OutputJson::new("stderr", bytes).of_compiler(),
    }
}

/// The length of the bytes that do not end within a character.
pub(crate) fn whole_characters(bytes: &[u8]) -> usize {
    match std::str::from_utf8(&bytes[bytes.len().saturating_sub(4)..]) {
        Ok(_) => bytes.len(),
        Err(_) => {
            let start = (bytes.len().saturating_sub(3)..bytes.len()).rev().find(|at| bytes[*at] & 0xc0 != 0x80);
            let cut =
                start.filter(|at| std::str::from_utf8(&bytes[*at..]).is_err_and(|error| error.error_len().is_none()));
            cut.unwrap_or(bytes.len())
        }
    }
}

impl Listen for Narrator {
    const OUTPUT: bool = true;

    fn hear(&mut self, told: Told) {
        match told {
            Told::Preparing(StepJson { subject, step, step_number, step_count, percent }) => {
                let progress = ProgressJson {
                    state: "preparing".to_owned(),
                    subject: Some(subject),
                    step: Some(step),
                    step_number,
                    step_count,
                    percent,
                    output_bytes: 0,
                };
                let before = std::mem::replace(&mut self.run.said().progress, progress.clone());
                // Once for each step, however often it is told.
                if (before.step, before.percent) != (progress.step.clone(), progress.percent) {
                    self.run.say("progress", &progress);
                }
            }
            Told::Running => {
                let progress = ProgressJson { state: "running".to_owned(), ..ProgressJson::default() };
                self.run.said().progress = progress;
            }
            Told::Event(RunEvent::Output { stream, bytes }) => self.output(stream, &bytes),
        }
    }
}

impl Drop for Narrator {
    fn drop(&mut self) {
        // Half a character at the very end.
        for (stream, cut) in
            [OutputStream::Stdout, OutputStream::Stderr, OutputStream::Compiler].into_iter().zip(&self.cut)
        {
            if !cut.is_empty() {
                self.run.say("output", &output(stream, cut));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::caller::{Face, Role, Tenant};

    fn begin() -> (LiveRuns, ExecutionId, Caller, Arc<LiveRun>) {
        let (runs, id) = (LiveRuns::default(), ExecutionId::from_random([7; 16]));
        let caller = Caller::new(Tenant::local(), "a", Role::Runner, Face::Http);
        let run = runs.begin(&id, &caller, CancellationToken::new());
        (runs, id, caller, run)
    }

    async fn heard(run: &LiveRun, after: u64) -> (String, u64) {
        match run.after(after).await {
            Next::Events(events, last) => (String::from_utf8(events.concat()).expect("text"), last),
            Next::End => (String::new(), 0),
        }
    }

    #[tokio::test]
    async fn whoever_comes_back_hears_the_rest() {
        let (runs, id, caller, run) = begin();
        (0..3).for_each(|number| run.say("n", &number));
        let (all, last) = heard(&run, 0).await;
        assert_eq!((all.matches("event: n").count(), last), (3, 3));
        assert!(heard(&run, 2).await.0.contains("data: 2"));
        run.finish("outcome", &"end");
        runs.end(&id);
        assert!(heard(&run, 3).await.0.contains("outcome"));
        assert!(matches!(run.after(4).await, Next::End) && matches!(run.after(99).await, Next::End));
        let other = Caller::new("other".parse().expect("a name"), "b", Role::Admin, Face::Http);
        assert!(runs.find(&id, &caller).is_some() && runs.find(&id, &other).is_none());
        assert!(runs.find(&id, &other.of_all_tenants().expect("an admin")).is_some());
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded() {
        let (_, _, _, run) = begin();
        let text = "x".repeat(KEPT_BYTES / 8);
        (0..40).for_each(|_| run.say("output", &text));
        let (kept, last) = heard(&run, 0).await;
        assert!(kept.len() <= KEPT_BYTES && last == 40, "{} {last}", kept.len());
    }

    #[tokio::test]
    async fn what_ended_runs_said_is_bounded_in_all() {
        let (runs, caller) = (LiveRuns::default(), begin().2);
        let outcome = "x".repeat(KEPT_ENDED_BYTES / 4);
        let ended: Vec<_> = (0..6)
            .map(|number| {
                let id = ExecutionId::from_random([number; 16]);
                let run = runs.begin(&id, &caller, CancellationToken::new());
                run.finish("outcome", &outcome);
                runs.end(&id);
                (id, run)
            })
            .collect();
        let kept: Vec<bool> = ended.iter().map(|(id, _)| runs.find(id, &caller).is_some()).collect();
        assert_eq!(kept, [false, false, false, true, true, true], "each takes a little more than a quarter");
        assert!(runs.known().ended_bytes <= KEPT_ENDED_BYTES);
        assert!(heard(&ended[0].1, 0).await.0.contains("outcome"), "who listens hears it all the same");
    }

    #[test]
    fn characters_are_put_together_again() {
        let (_, _, _, run) = begin();
        let mut narrator = Narrator::new(run.clone());
        for byte in "aé€😀".as_bytes() {
            narrator.output(OutputStream::Stdout, &[*byte]);
        }
        narrator.output(OutputStream::Stdout, b"\xff\xf0\x9f");
        drop(narrator);
        let text: String = run.said().events.iter().map(|event| String::from_utf8_lossy(event).into_owned()).collect();
        for expected in ["\"a\"", "\"é\"", "\"€\"", "\"😀\"", "\u{fffd}"] {
            assert!(text.contains(expected), "{expected} {text}");
        }
        assert_eq!(run.progress().output_bytes, 13);
    }
}
