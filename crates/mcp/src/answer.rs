//! An answer of an MCP tool: a text for people and models, links and images beside it, and the same as structure.
//!
//! Owns the shape and how a refusal becomes one. A program that fails is a normal answer; an error means that nothing was
//! done.

use rmcp::model::{CallToolResult, ContentBlock};
use runcell_wire::RefusalJson;
use serde::Serialize;
use serde_json::Value;

/// An answer.
pub(crate) struct Answer {
    /// The blocks that a model reads.
    pub(crate) blocks: Vec<ContentBlock>,
    structured: Value,
    error: bool,
}

impl Answer {
    /// A text and the structure that says the same.
    pub(crate) fn new(text: impl Into<String>, structured: &impl Serialize) -> Self {
        Self::of_blocks(vec![ContentBlock::text(text)], structured)
    }

    /// Blocks and the structure that says the same.
    pub(crate) fn of_blocks(blocks: Vec<ContentBlock>, structured: &impl Serialize) -> Self {
        Self { blocks, structured: serde_json::to_value(structured).unwrap_or_default(), error: false }
    }

    /// As the protocol has it; without the structure where a client is to get content alone.
    pub(crate) fn into_result(self, content_only: bool) -> CallToolResult {
        let mut result =
            if self.error { CallToolResult::error(self.blocks) } else { CallToolResult::success(self.blocks) };
        if !content_only {
            result.structured_content = Some(self.structured);
        }
        result
    }
}

impl From<RefusalJson> for Answer {
    fn from(refusal: RefusalJson) -> Self {
        Self { error: true, ..Self::new(refusal.message.clone(), &refusal) }
    }
}
