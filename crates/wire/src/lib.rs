//! The JSON shapes that the faces share.
//!
//! Owns how an outcome, a refusal, a runtime, an image, an upload, a tool, a job, a login, a user, a token and
//! a recorded run look outside: bytes become text (or base64 where they are none), durations and sizes keep their
//! units in their names. Does not know any protocol.

mod account;
mod execution;
mod image;
mod input_file;
mod job;
mod media_type;
mod outcome;
mod refusal;
mod result;
mod runtime;
mod time;
mod tool;
mod upload;

pub use account::{
    AuditJson, AuditListJson, LoginJson, LoginRequestJson, LogoutRequestJson, MadeTokenJson, MeJson, NewTokenJson,
    NewUserJson, PasswordChangeJson, RefreshRequestJson, TokenJson, TokenListJson, UserChangeJson, UserJson,
    UserListJson,
};
pub use execution::{ExecutionJson, ExecutionListJson};
pub use image::{EngineHealthJson, ImageJson};
pub use input_file::{EncodingJson, InputFileError, InputFileJson};
pub use job::{JobEndJson, JobJson, JobListJson, JobProgressJson};
pub use media_type::{content_type, media_type};
pub use outcome::{AdviceJson, FileJson, LeftFileJson, MoreJson, OutcomeJson, RanOnJson, StatusJson, name_files};
pub use refusal::{RefusalJson, RefusalReason, Reply, percent};
pub use result::{ResultJson, ResultListJson, ResultSummaryJson};
pub use runtime::{ContainerLanguageJson, RuntimeJson, RuntimeListJson};
pub use time::rfc3339;
pub use tool::{BrokenToolJson, ToolJson, ToolListJson};
pub use upload::{UploadJson, UploadListJson, UploadRemovedJson, UploadStatsJson, language_of, source_type};
