//! Which ended jobs are removed: older than some age, or beyond a total size or number.
//!
//! Owns the rules as pure functions over what is known of ended jobs. Jobs that wait or run are never removed.

use super::JobId;
use crate::quantity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which ended jobs are removed. A rule that is not set removes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionRules {
    /// Jobs that ended longer ago than this are removed.
    #[serde(deserialize_with = "quantity::milliseconds")]
    pub max_age_ms: Option<u64>,
    /// The oldest jobs are removed until the files of the rest take at most this much.
    #[serde(deserialize_with = "quantity::bytes")]
    pub max_total_bytes: Option<u64>,
    /// The oldest jobs are removed until at most this many are left.
    pub max_jobs: Option<u64>,
}

/// The facts about an ended job that the rules need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retained {
    /// Which job.
    pub id: JobId,
    /// When it ended.
    pub finished_ms: i64,
    /// The bytes of its results.
    pub bytes: u64,
}

/// Why a job is to be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionReason {
    /// It is older than `max_age_ms`.
    Age,
    /// Its bytes are beyond `max_total_bytes`.
    Size,
    /// It is beyond `max_jobs`.
    Count,
}

impl RetentionRules {
    /// The jobs to remove at `now_ms`, the oldest first. One job that is larger than `max_total_bytes` alone goes too.
    #[must_use]
    pub fn remove(&self, jobs: &[Retained], now_ms: i64) -> Vec<(JobId, RetentionReason)> {
        let mut newest: Vec<&Retained> = jobs.iter().collect();
        newest.sort_by_key(|job| std::cmp::Reverse((job.finished_ms, job.id)));
        let (mut kept, mut bytes) = (0_u64, 0_u64);
        let mut removed = Vec::new();
        for job in newest {
            let age = u64::try_from(now_ms.saturating_sub(job.finished_ms)).unwrap_or(0);
            let total = bytes.saturating_add(job.bytes);
            if self.max_age_ms.is_some_and(|most| age > most) {
                removed.push((job.id, RetentionReason::Age));
            } else if self.max_jobs.is_some_and(|most| kept >= most) {
                removed.push((job.id, RetentionReason::Count));
            } else if self.max_total_bytes.is_some_and(|most| total > most) {
                // Older jobs do not fit either, however small: the rule keeps the newest.
                bytes = u64::MAX;
                removed.push((job.id, RetentionReason::Size));
            } else {
                (kept, bytes) = (kept + 1, total);
            }
        }
        removed.reverse();
        removed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RetentionReason::{Age, Count, Size};

    #[test]
    fn the_oldest_go_first() {
        // Ended at 10, 20, 30, 40, 50; 100 bytes each but the fourth, which has 300.
        let sizes = [100, 100, 100, 300, 100];
        let jobs: Vec<Retained> = (1_i64..)
            .zip(sizes)
            .map(|(id, bytes)| Retained { id: JobId::try_from(id).expect("positive"), finished_ms: id * 10, bytes })
            .collect();
        let rules = |max_age_ms, max_total_bytes, max_jobs| RetentionRules { max_age_ms, max_total_bytes, max_jobs };
        let cases = [
            (rules(None, None, None), vec![]),
            (rules(Some(60), None, None), vec![]),
            (rules(Some(39), None, None), vec![(1, Age), (2, Age)]),
            (rules(Some(0), None, None), vec![(1, Age), (2, Age), (3, Age), (4, Age), (5, Age)]),
            (rules(None, None, Some(4)), vec![(1, Count)]),
            (rules(None, None, Some(0)), vec![(1, Count), (2, Count), (3, Count), (4, Count), (5, Count)]),
            (rules(None, Some(700), None), vec![]),
            (rules(None, Some(500), None), vec![(1, Size), (2, Size)]),
            (rules(None, Some(399), None), vec![(1, Size), (2, Size), (3, Size), (4, Size)]),
            (rules(None, Some(50), None), vec![(1, Size), (2, Size), (3, Size), (4, Size), (5, Size)]),
            (rules(Some(45), Some(500), Some(2)), vec![(1, Age), (2, Count), (3, Count)]),
        ];
        for (rules, expected) in cases {
            let found: Vec<_> = rules.remove(&jobs, 60).into_iter().map(|(id, why)| (id.get(), why)).collect();
            assert_eq!(found, expected, "{rules:?}");
        }
    }

    #[test]
    fn a_clock_that_went_back_removes_nothing() {
        let job = Retained { id: JobId::try_from(1).expect("positive"), finished_ms: 1000, bytes: 0 };
        let rules = RetentionRules { max_age_ms: Some(0), ..RetentionRules::default() };
        assert_eq!(rules.remove(&[job], 10), []);
        assert_eq!(rules.remove(&[job], i64::MAX).len(), 1);
    }
}
