//! Images that were made from others, as JSON.
//!
//! Owns the public shape: adding a field is fine, changing one is a breaking change.

use runcell_service::DerivedImage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An image that was made here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DerivedImageJson {
    /// Its id.
    pub id: String,
    /// Its names.
    pub tags: Vec<String>,
    /// The things that were put into it, for people.
    pub content: String,
    /// Bytes on disk, its base included.
    pub bytes: u64,
}

/// Images that were made here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DerivedImageListJson {
    /// How many.
    pub count: usize,
    /// The images.
    pub images: Vec<DerivedImageJson>,
}

impl From<DerivedImage> for DerivedImageJson {
    fn from(image: DerivedImage) -> Self {
        Self { id: image.id, tags: image.tags, content: image.content, bytes: image.bytes }
    }
}

impl From<Vec<DerivedImage>> for DerivedImageListJson {
    fn from(images: Vec<DerivedImage>) -> Self {
        Self { count: images.len(), images: images.into_iter().map(Into::into).collect() }
    }
}
