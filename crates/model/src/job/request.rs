//! A request for a job.
//!
//! Owns the shape and the check of its plain parts (lengths, ranges). Whether parameters fit the tool is `spec`'s, whether
//! limits are granted the policy's, whether files exist the store's.

use super::limit::JobLimits;
use super::work::{InvalidWork, JobWork};
use crate::caller::Tenant;
use crate::mount::MountRequest;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// The longest name of an image or tool, in bytes.
const MAX_NAME_BYTES: usize = 512;
/// The longest idempotency key, in bytes.
const MAX_KEY_BYTES: usize = 256;
/// The largest parameters, in bytes of JSON.
const MAX_PARAMETER_BYTES: usize = 4 << 20;
/// The most tries of a job.
const MAX_RETRIES: u32 = 10;

/// The name of an uploaded file: 32 hexadecimal digits, given by the store, not to be guessed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileId(String);

impl FileId {
    /// The name made of 16 random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(bytes)))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FileId {
    type Error = InvalidJobRequest;

    fn try_from(text: String) -> Result<Self, InvalidJobRequest> {
        let good = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if good { Ok(Self(text)) } else { Err(InvalidJobRequest::FileId(text.chars().take(80).collect())) }
    }
}

impl From<FileId> for String {
    fn from(id: FileId) -> Self {
        id.0
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a dataset comes from. There is deliberately no way to name a path of the host here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataSource {
    /// A file that the tenant has uploaded.
    File(FileId),
    /// A file that came with the request, by the name that the caller has for it.
    Given(String),
    /// Several files that came with the request.
    GivenFiles(Vec<String>),
    /// A folder that came with the request.
    GivenFolder(String),
}

/// Whether a job may reach a network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkAccess {
    /// It has none.
    #[default]
    None,
    /// It has the engine's default network.
    Full,
}

/// A request for a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobRequest {
    /// The image, as the engine names it.
    pub image: String,
    /// The id of the image when the job was submitted, with which it is run: names move, ids do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// The work in it: a tool, or a command.
    #[serde(flatten)]
    pub work: JobWork,
    /// Its parameters, checked and with defaults.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// Its datasets by name.
    #[serde(default)]
    pub data: BTreeMap<String, DataSource>,
    /// The content of datasets that were uploaded, by name: a digest, and the name of the file. The same content under another id is
    /// the same dataset.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contents: BTreeMap<String, String>,
    /// Environment of its own, beside that of the image. What the standard sets for tools goes before it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Host folders that it sees, by the names that the configuration gave them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<MountRequest>,
    /// Its limits.
    #[serde(default)]
    pub limits: JobLimits,
    /// Whether it may reach a network.
    #[serde(default)]
    pub network: NetworkAccess,
    /// Jobs of higher priority go first; 0 is usual.
    #[serde(default)]
    pub priority: i32,
    /// Two requests of a tenant with the same key are one job.
    #[serde(default)]
    pub idempotency_key: Option<String>,
    /// Its owner.
    #[serde(alias = "owner")]
    pub tenant: Tenant,
    /// The user who asked for it; empty in records of earlier versions.
    #[serde(default)]
    pub user: String,
    /// How often it is tried again after a fault of the infrastructure.
    #[serde(default)]
    pub retries: u32,
}

/// A request that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJobRequest {
    /// A text is empty, too long or holds control characters.
    #[error("the {field} {start:?} cannot be used: 1 to {longest} bytes without control characters are expected")]
    Text {
        /// Which text.
        field: &'static str,
        /// How it begins.
        start: String,
        /// The longest that is taken, in bytes.
        longest: usize,
    },
    /// The parameters are too large.
    #[error(
        "the parameters have {bytes} bytes as JSON: at most {MAX_PARAMETER_BYTES} are allowed; give large inputs as data"
    )]
    Parameters {
        /// Their size.
        bytes: usize,
    },
    /// Too many tries.
    #[error("retries = {0}: at most {MAX_RETRIES} are allowed")]
    Retries(u32),
    /// A command or an environment that cannot be one.
    #[error(transparent)]
    Work(#[from] InvalidWork),
    /// A text that is no name of an uploaded file.
    #[error("{0:?} is no name of an uploaded file: 32 hexadecimal digits are expected, as an upload answers them")]
    FileId(String),
}

impl JobRequest {
    /// A request for a tool with defaults for all else.
    #[must_use]
    pub fn new(image: &str, tool: &str, tenant: &Tenant) -> Self {
        Self {
            image: image.to_owned(),
            image_id: None,
            work: JobWork::Tool(tool.to_owned()),
            parameters: Map::new(),
            data: BTreeMap::new(),
            contents: BTreeMap::new(),
            env: BTreeMap::new(),
            mounts: Vec::new(),
            limits: JobLimits::default(),
            network: NetworkAccess::None,
            priority: 0,
            idempotency_key: None,
            tenant: tenant.clone(),
            user: String::new(),
            retries: 0,
        }
    }

    /// Whether another one asks for the same: also where the name of the image stands for another image now, and where the same
    /// content was uploaded anew.
    #[must_use]
    pub fn asks_for_the_same(&self, other: &Self) -> bool {
        // Records of earlier versions know no contents.
        let known = !self.contents.is_empty() && !other.contents.is_empty();
        let plain = |request: &Self| {
            let mut request = Self { image_id: None, ..request.clone() };
            if known {
                let contents = &request.contents;
                request
                    .data
                    .retain(|name, source| !matches!(source, DataSource::File(_)) || !contents.contains_key(name));
            } else {
                request.contents.clear();
            }
            request
        };
        plain(self) == plain(other)
    }

    /// Checks lengths and ranges.
    ///
    /// # Errors
    /// [`InvalidJobRequest`] names what cannot be taken.
    pub fn check(&self) -> Result<(), InvalidJobRequest> {
        let key = self.idempotency_key.as_deref().map(|key| ("idempotency key", key, MAX_KEY_BYTES));
        let tool = self.work.tool().map(|name| ("tool", name, MAX_NAME_BYTES));
        let names = [("image", self.image.as_str(), MAX_NAME_BYTES)].into_iter().chain(tool);
        let datasets = self.data.keys().map(|name| ("name of a dataset", name.as_str(), MAX_NAME_BYTES));
        for (field, text, longest) in names.chain(key).chain(datasets) {
            if text.is_empty() || text.len() > longest || text.chars().any(char::is_control) {
                return Err(InvalidJobRequest::Text { field, start: text.chars().take(40).collect(), longest });
            }
        }
        self.work.check(&self.env)?;
        let bytes = serde_json::to_string(&self.parameters).map_or(usize::MAX, |json| json.len());
        if bytes > MAX_PARAMETER_BYTES {
            return Err(InvalidJobRequest::Parameters { bytes });
        }
        if self.retries > MAX_RETRIES {
            return Err(InvalidJobRequest::Retries(self.retries));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_checked() {
        type Change = fn(&mut JobRequest);
        let cases: [(Change, &str); 9] = [
            (|r| r.image.clear(), "the image"),
            (|r| r.work = JobWork::Tool("a\nb".into()), "the tool"),
            (|r| r.work = JobWork::Tool("o".repeat(513)), "1 to 512 bytes"),
            (|r| r.idempotency_key = Some(String::new()), "the idempotency key"),
            (|r| r.idempotency_key = Some("k".repeat(257)), "1 to 256 bytes"),
            (|r| drop(r.data.insert("\0".into(), DataSource::Given("x".into()))), "the name of a dataset"),
            (|r| drop(r.parameters.insert("p".into(), "x".repeat(5 << 20).into())), "give large inputs as data"),
            (|r| r.work = JobWork::Command(Vec::new()), "a command has 1 to"),
            (|r| r.retries = 11, "retries = 11"),
        ];
        for (change, words) in cases {
            let mut request = JobRequest::new("img:1", "tool", &Tenant::local());
            assert_eq!(request.check(), Ok(()));
            change(&mut request);
            let error = request.check().expect_err(words).to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn file_ids_cannot_be_paths() {
        for text in ["", "../../etc/passwd", "/etc/passwd", &"A".repeat(32), &"g".repeat(32), &"a".repeat(33)] {
            FileId::try_from(text.to_owned()).expect_err(text);
        }
        let id = FileId::from_random([1; 16]);
        assert_eq!(FileId::try_from(id.to_string()), Ok(id));
    }

    #[test]
    fn a_request_travels_as_json() {
        let mut request = JobRequest::new("img:1", "tool", &Tenant::local());
        request.data.insert("a".into(), DataSource::File(FileId::from_random([7; 16])));
        request.data.insert("b".into(), DataSource::GivenFiles(vec!["x".into()]));
        request.parameters.insert("n".into(), 1.5.into());
        let json = serde_json::to_string(&request).expect("serialises");
        assert_eq!(serde_json::from_str::<JobRequest>(&json).expect("parses"), request);
        let words = JobRequest { work: JobWork::Command(vec!["echo".into(), "hi".into()]), ..request };
        let json = serde_json::to_value(&words).expect("serialises");
        assert_eq!((&json["command"], json.get("tool")), (&serde_json::json!(["echo", "hi"]), None));
        assert_eq!(serde_json::from_value::<JobRequest>(json).expect("parses"), words);
        let small =
            serde_json::from_str::<JobRequest>(r#"{"image":"img:1","tool":"tool","owner":"local"}"#).expect("parses");
        assert_eq!(small, JobRequest::new("img:1", "tool", &Tenant::local()));
    }

    #[test]
    fn the_same_content_under_another_id_is_the_same_dataset() {
        let request = |id: u8, content: &str| {
            let mut request = JobRequest::new("img:1", "tool", &Tenant::local());
            request.data.insert("table".into(), DataSource::File(FileId::from_random([id; 16])));
            request.data.insert("given".into(), DataSource::Given("a.csv".into()));
            request.contents =
                [("table".to_owned(), content.to_owned())].into_iter().filter(|_| !content.is_empty()).collect();
            request
        };
        let first = request(1, "digest a.csv");
        for (other, same) in [
            (request(2, "digest a.csv"), true),
            (request(1, "another a.csv"), false),
            (request(2, "digest b.csv"), false),
            // A record of an earlier version.
            (request(1, ""), true),
            (request(2, ""), false),
            (JobRequest { image_id: Some("sha256:1".into()), ..request(3, "digest a.csv") }, true),
            (JobRequest { priority: 1, ..request(1, "digest a.csv") }, false),
        ] {
            assert_eq!(first.asks_for_the_same(&other), same, "{other:?}");
            assert_eq!(other.asks_for_the_same(&first), same, "{other:?}");
        }
    }
}
