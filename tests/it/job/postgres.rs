//! Jobs whose records lie in PostgreSQL, from the shell.

use super::harness::{Place, image};
use crate::need::needs;
use crate::store::postgres::database;

#[test]
fn jobs_are_recorded_in_postgresql() {
    needs!(ENGINE, POSTGRES);
    let database = database();
    let place = Place::new();
    let config = place.file("config.toml", &format!("[jobs]\ndatabase = \"{database}\"\n"));
    let script = place.file("script.sh", "echo said; echo made > /out/made.txt; exit 3");
    let (data, configured) = (format!("script={script}"), ["--config", &config]);
    let submit = ["job", "submit", "shell", "--image", image(), "--data", &data, "--json"];
    let job = place.expect(&[&configured[..], &submit, &["--wait"]].concat(), 3).0;
    let job: serde_json::Value = serde_json::from_str(&job).unwrap();
    let id = job["id"].to_string();
    assert_eq!((&job["status"], &job["end"]["exit_code"]), (&"errored".into(), &3.into()), "{job:#}");
    assert_eq!(place.expect(&[&configured[..], &["job", "cat", &id, "made.txt"]].concat(), 0).0, "made\n");
    assert_eq!(place.expect(&[&configured[..], &["job", "logs", &id]].concat(), 0).0, "said\n");
    // In the background, by a process of its own.
    let id = place.expect(&[&configured[..], &submit[..submit.len() - 1]].concat(), 0).0;
    let id = id.split_whitespace().find_map(|word| word.parse::<u64>().ok()).expect("an id").to_string();
    crate::docker::harness::eventually("it has ended", || {
        place.json(&[&configured[..], &["job", "show", &id, "--json"]].concat())["status"] == "errored"
    });
    assert_eq!(place.json(&[&configured[..], &["job", "list", "--json"]].concat())["total"], 2);
    assert_eq!(place.json(&["job", "list", "--json"])["total"], 0, "the file beside it knows none of them");
}
