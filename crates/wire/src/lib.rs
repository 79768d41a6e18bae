//! The JSON shapes that the faces share.
//!
//! Owns what a call brings that runs something, and how an outcome, a refusal, a runtime, an image, an upload, a tool, a job, a
//! login, a user, a token and a recorded run look outside: bytes become text (or base64 where they are none), durations and
//! sizes keep their units in their names. Does not know any protocol.

mod account;
mod argument;
mod derived_image;
mod event;
mod excerpt;
mod execution;
mod executor_argument;
mod image;
mod input_file;
mod job;
mod job_submit;
mod lenient;
pub mod limit;
mod media_type;
mod outcome;
mod outcome_read;
mod pair;
mod preview;
mod problem;
mod refusal;
mod result;
mod runtime;
pub mod schema;
mod strict;
mod time;
mod tool;
mod upload;

pub use account::{
    AuditJson, AuditListJson, LoginJson, LoginRequestJson, LogoutRequestJson, MadeTokenJson, MeJson, NewTokenJson,
    NewUserJson, PasswordChangeJson, RefreshRequestJson, TokenJson, TokenListJson, UserChangeJson, UserJson,
    UserListJson,
};
pub use argument::{
    ArgumentError, NoArguments, RunCodeArguments, RunCodeWithFilesArguments, blank_is_none, null_is_default, parse,
    place_and_reason,
};
pub use derived_image::{DerivedImageJson, DerivedImageListJson};
pub use event::{OutputJson, StartedJson, StepJson};
pub use excerpt::{Excerpt, encoded_len, excerpt, is_binary};
pub use execution::{ExecutionJson, ExecutionListJson};
pub use executor_argument::{
    CreateImageArguments, DeleteFileArguments, ExecuteFileArguments, InstallPackageArguments, UploadFileArguments,
};
pub use image::{EngineHealthJson, ImageJson};
pub use input_file::{EncodingJson, InputFileError, InputFileJson};
pub use job::{CancelledJson, JobEndJson, JobJson, JobListJson, JobProgressJson};
pub use job_submit::{SubmitJobJson, datasets};
pub use media_type::{content_type, media_type, name_type};
pub use outcome::{AdviceJson, FileJson, LeftFileJson, MoreJson, OutcomeJson, RanOnJson, StatusJson, name_files};
pub use outcome_read::OutcomeError;
pub use pair::{Pairs, Plain};
pub use preview::PreviewJson;
pub use problem::{PROBLEM_TYPE, ProblemJson};
pub use refusal::{RefusalJson, RefusalReason, Reply, percent};
pub use result::{ResultJson, ResultListJson, ResultSummaryJson};
pub use runtime::{ContainerLanguageJson, RuntimeJson, RuntimeListJson, VersionsJson};
pub use strict::Strict;
pub use time::{now_ms, rfc3339};
pub use tool::{BrokenToolJson, ToolJson, ToolListJson};
pub use upload::{UploadJson, UploadListJson, UploadRemovedJson, UploadStatsJson, language_of, source_type};
