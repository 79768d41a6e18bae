//! Which tools the images of this machine have.
//!
//! Owns the question, the slugs (`<image>::<tool>`), and what is kept of an image, by its id: an image is looked into once.
//! Nothing is run for it. A broken tool is listed with what is wrong, and hides no other.

use crate::engine::Engine;
use crate::error::{NotFound, ServiceError};
use crate::job::InvalidJob;
use runcell_docker::{Docker, Fetched, ImageEntry, Labels, ToolImage};
use runcell_model::spec::{Citation, ToolFile, ToolSpec, parse_citation, parse_tools};
use runcell_store::Store;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// The mark of containers that are made to look into images, and never started.
pub(crate) const INSPECT: &str = "inspect";
/// The text between image and tool in a slug.
const SLUG: &str = "::";

/// A tool that can be run.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolEntry {
    /// `<image>::<tool>`, which names it everywhere.
    pub slug: String,
    /// The image, by its first name, or by its id where it has none.
    pub image: String,
    /// The id of the image.
    pub image_id: String,
    /// Its description and its parameters.
    pub spec: ToolSpec,
    /// How it wants to be cited.
    pub citation: Option<Citation>,
}

/// A tool that cannot be run, or a whole image whose description cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolFault {
    /// `<image>::<tool>`, or the image alone.
    pub slug: String,
    /// Everything that is wrong.
    pub errors: Vec<String>,
}

/// The tools of this machine.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToolList {
    /// Those that can be run, by slug.
    pub tools: Vec<ToolEntry>,
    /// Those that cannot, and why.
    pub broken: Vec<ToolFault>,
}

/// The tools of one image.
#[derive(Debug, Clone, PartialEq)]
pub struct InspectedImage {
    /// The name it was asked by.
    pub image: String,
    /// Its id.
    pub image_id: String,
    /// Its tools; none of either kind where it has no `tool.yml`.
    pub tools: ToolList,
    /// Oddities of the file.
    pub warnings: Vec<String>,
    /// Whether it has a `tool.yml`.
    pub is_tool_image: bool,
    /// Whether it has `gotap`, which then starts its tools.
    pub has_gotap: bool,
}

/// The facts about an image that are kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Known {
    /// The tools; none where there is no `tool.yml`.
    file: Option<ToolFile>,
    /// Why the file cannot be read.
    fault: Option<String>,
    citation: Option<Citation>,
    /// The path of `gotap`.
    pub(crate) gotap: Option<String>,
}

impl Known {
    fn of(image: ToolImage) -> Self {
        let (file, fault) = match image.tool_yml {
            Fetched::Absent => (None, None),
            Fetched::Refused(why) => (None, Some(format!("/src/tool.yml cannot be read: {why}"))),
            Fetched::File(bytes) => match parse_tools(&bytes) {
                Ok(file) => (Some(file), None),
                Err(error) => (None, Some(error.to_string())),
            },
        };
        let citation = match image.citation {
            Fetched::File(bytes) => parse_citation(&bytes).ok(),
            Fetched::Absent | Fetched::Refused(_) => None,
        };
        Self { file, fault, citation, gotap: image.gotap }
    }

    fn list(&self, image: &str, image_id: &str, into: &mut ToolList) {
        let slug = |tool: &str| format!("{image}{SLUG}{tool}");
        into.broken
            .extend(self.fault.iter().map(|fault| ToolFault { slug: image.to_owned(), errors: vec![fault.clone()] }));
        let Some(file) = &self.file else { return };
        into.tools.extend(file.tools.iter().map(|spec| ToolEntry {
            slug: slug(&spec.name),
            image: image.to_owned(),
            image_id: image_id.to_owned(),
            spec: spec.clone(),
            citation: self.citation.clone(),
        }));
        let broken = file.broken.iter().map(|tool| ToolFault { slug: slug(&tool.name), errors: tool.errors.clone() });
        into.broken.extend(broken);
    }
}

/// The tools of the images of this machine. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct ToolCatalog {
    store: Store,
    engine: Arc<Engine>,
}

impl ToolCatalog {
    pub(crate) fn new(store: Store, engine: Arc<Engine>) -> Self {
        Self { store, engine }
    }

    /// All tools, or those whose name, title or image holds a text, whatever its case.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] where there is no engine.
    pub(crate) async fn tools(&self, filter: Option<&str>) -> Result<ToolList, ServiceError> {
        let docker = self.engine.get().await?;
        let images = docker.images().await?;
        let mut known = self.known(&images).await?;
        self.look_around(&docker, &images, &mut known).await?;
        let mut list = ToolList::default();
        for image in &images {
            if let Some(found) = known.get(&image.id) {
                found.list(image.tags.first().unwrap_or(&image.id), &image.id, &mut list);
            }
        }
        if let Some(text) = filter.map(str::to_lowercase) {
            list.tools
                .retain(|tool| [&tool.slug, &tool.spec.title].iter().any(|name| name.to_lowercase().contains(&text)));
            list.broken.retain(|tool| tool.slug.to_lowercase().contains(&text));
        }
        list.tools.sort_by(|a, b| a.slug.cmp(&b.slug));
        list.broken.sort_by(|a, b| a.slug.cmp(&b.slug));
        Ok(list)
    }

    /// A tool, by its slug, by image and name, or by a name that only one tool has.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no tool has the name, [`ServiceError::Invalid`] where its description is wrong or several
    /// have the name.
    pub(crate) async fn tool(&self, image: Option<&str>, name: &str) -> Result<ToolEntry, ServiceError> {
        match (image, name.rsplit_once(SLUG)) {
            (Some(image), _) => self.tool_of(image, name).await,
            (None, Some((image, tool))) => self.tool_of(image, tool).await,
            (None, None) => self.tool_named(name).await,
        }
    }

    /// Everything that one image says of its tools.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where the image is not there.
    pub(crate) async fn inspect(&self, image: &str) -> Result<InspectedImage, ServiceError> {
        let (image_id, known) = self.look_into(image).await?;
        let mut tools = ToolList::default();
        known.list(image, &image_id, &mut tools);
        let warnings = known.file.as_ref().map(|file| file.warnings.clone()).unwrap_or_default();
        let (is_tool_image, has_gotap) = (known.file.is_some() || known.fault.is_some(), known.gotap.is_some());
        Ok(InspectedImage { image: image.to_owned(), image_id, tools, warnings, is_tool_image, has_gotap })
    }

    async fn tool_of(&self, image: &str, name: &str) -> Result<ToolEntry, ServiceError> {
        let (image_id, known) = self.look_into(image).await?;
        let mut list = ToolList::default();
        known.list(image, &image_id, &mut list);
        if let Some(tool) = list.tools.iter().find(|tool| tool.spec.name == name) {
            return Ok(tool.clone());
        }
        let slug = format!("{image}{SLUG}{name}");
        if let Some(fault) = list.broken.into_iter().find(|fault| fault.slug == slug || fault.slug == image) {
            return Err(InvalidJob::Broken { slug, errors: fault.errors }.into());
        }
        let known: Vec<&str> = list.tools.iter().map(|tool| tool.spec.name.as_str()).collect();
        let known = if known.is_empty() { "none, as it has no /src/tool.yml".to_owned() } else { known.join(", ") };
        Err(NotFound::ToolOfImage { image: image.to_owned(), tool: name.to_owned(), known }.into())
    }

    async fn tool_named(&self, name: &str) -> Result<ToolEntry, ServiceError> {
        let list = self.tools(None).await?;
        let mut found = list.tools.iter().filter(|tool| tool.spec.name == name);
        match (found.next(), found.next()) {
            (Some(tool), None) => Ok(tool.clone()),
            (Some(_), Some(_)) => {
                let same = list.tools.iter().filter(|tool| tool.spec.name == name);
                let slugs = same.map(|tool| tool.slug.clone()).collect();
                Err(InvalidJob::Ambiguous { name: name.to_owned(), slugs }.into())
            }
            (None, _) => {
                let text = name.to_lowercase();
                let near = list.tools.iter().find(|tool| tool.slug.to_lowercase().contains(&text));
                Err(NotFound::Tool { name: name.to_owned(), near: near.map(|tool| tool.slug.clone()) }.into())
            }
        }
    }

    /// One image, from what is kept or by looking into it.
    pub(crate) async fn look_into(&self, image: &str) -> Result<(String, Known), ServiceError> {
        let docker = self.engine.get().await?;
        let id = docker.image(image).await?.id;
        if let Some(known) = self.store.cached_spec::<Known>(&id).await? {
            return Ok((id, known));
        }
        let found = docker.look_into(&id, &self.inspect_labels()).await?;
        let known = Known::of(found);
        self.store.cache_spec(&id, &known).await?;
        Ok((id, known))
    }

    /// Whether `gotap` starts the tools of an image that was looked into.
    pub(crate) async fn has_gotap(&self, image_id: &str) -> Result<bool, ServiceError> {
        let known = self.store.cached_spec::<Known>(image_id).await?;
        Ok(known.is_some_and(|known| known.gotap.is_some()))
    }

    async fn known(&self, images: &[ImageEntry]) -> Result<BTreeMap<String, Known>, ServiceError> {
        let ids: Vec<String> = images.iter().map(|image| image.id.clone()).collect();
        self.store.forget_specs(&ids).await?;
        let mut known = BTreeMap::new();
        for id in ids {
            if let Some(found) = self.store.cached_spec(&id).await? {
                known.insert(id, found);
            }
        }
        Ok(known)
    }

    /// Looks into the images that nothing is known of.
    async fn look_around(
        &self,
        docker: &Docker,
        images: &[ImageEntry],
        known: &mut BTreeMap<String, Known>,
    ) -> Result<(), ServiceError> {
        if images.iter().all(|image| known.contains_key(&image.id)) {
            return Ok(());
        }
        let ids: HashSet<String> = known.keys().cloned().collect();
        let found = docker.discover(&ids, &self.inspect_labels()).await?;
        for (id, image) in found {
            match image {
                Ok(image) => {
                    let image = Known::of(image);
                    self.store.cache_spec(&id, &image).await?;
                    known.insert(id, image);
                }
                Err(error) => {
                    let fault = Some(format!("the image cannot be looked into: {error}"));
                    known.insert(id, Known { fault, ..Known::default() });
                }
            }
        }
        Ok(())
    }

    /// The marks of containers that are made to look into images: the server that looks, so that others leave them alone.
    fn inspect_labels(&self) -> Labels {
        Labels::new(self.store.installation(), INSPECT, self.store.server_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(tool_yml: Fetched) -> ToolImage {
        ToolImage {
            image_id: "sha256:1".into(),
            tags: vec!["a:1".into()],
            tool_yml,
            citation: Fetched::Absent,
            gotap: None,
        }
    }

    #[test]
    fn broken_tools_are_listed_and_hide_no_other() {
        let text = b"tools:\n  good: {title: Good}\n  bad: {title: Bad, parameters: {x: {type: nonsense}}}\n";
        let mut list = ToolList::default();
        Known::of(image(Fetched::File(text.to_vec()))).list("a:1", "sha256:1", &mut list);
        assert_eq!(list.tools.iter().map(|tool| tool.slug.as_str()).collect::<Vec<_>>(), ["a:1::good"]);
        assert_eq!(list.broken.len(), 1);
        assert!(list.broken[0].slug == "a:1::bad" && list.broken[0].errors[0].contains("nonsense"), "{list:?}");
        for fetched in [Fetched::File(b"[".to_vec()), Fetched::Refused("a link".into())] {
            let mut list = ToolList::default();
            Known::of(image(fetched)).list("a:1", "sha256:1", &mut list);
            assert_eq!((list.tools.len(), list.broken[0].slug.as_str()), (0, "a:1"));
        }
        let mut list = ToolList::default();
        Known::of(image(Fetched::Absent)).list("a:1", "sha256:1", &mut list);
        assert_eq!(list, ToolList::default());
    }

    #[test]
    fn what_is_kept_travels_as_json() {
        let known = Known::of(image(Fetched::File(b"tools: {t: {title: T}}".to_vec())));
        let json = serde_json::to_string(&known).expect("serialises");
        assert_eq!(serde_json::from_str::<Known>(&json).expect("parses"), known);
    }
}
