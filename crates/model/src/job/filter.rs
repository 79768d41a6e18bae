//! Which jobs a list shows, in which order, and how many.
//!
//! Owns the words. The store turns them into a query.

use super::record::JobRecord;
use super::state::JobState;
use serde::{Deserialize, Serialize};

/// The longest page, in jobs.
pub const MAX_PAGE: u32 = 1000;

/// Which jobs a list shows; what is not named does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JobFilter {
    /// In one of these states; any where the list is empty.
    pub states: Vec<JobState>,
    /// Of this image, exactly.
    pub image: Option<String>,
    /// Of this tool, exactly.
    pub tool: Option<String>,
    /// With this text in the image or the tool, whatever its case.
    pub text: Option<String>,
    /// The order.
    pub order: JobOrder,
    /// How many at most; [`MAX_PAGE`] is the most.
    pub limit: u32,
    /// How many of the order's first are left out.
    pub offset: u64,
}

impl Default for JobFilter {
    fn default() -> Self {
        let (image, tool, text) = (None, None, None);
        Self { states: Vec::new(), image, tool, text, order: JobOrder::default(), limit: 100, offset: 0 }
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobOrder {
    /// The latest first.
    #[default]
    Newest,
    /// The earliest first.
    Oldest,
    /// As they take their turns: higher priority first, then the earlier one.
    Queue,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobPage {
    /// How many jobs the filter matches in all.
    pub total: u64,
    /// Those of the page.
    pub jobs: Vec<JobRecord>,
}
