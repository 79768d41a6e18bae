//! An outcome as content blocks: sentences that users of @runno/mcp know, images, files.
//!
//! Owns the wording and which file becomes which kind of block. What a guest did is never an error here: a model that
//! debugs code wants to read the exit code and the traceback like any other result, and clients hide or retry what is
//! marked as an error. `isError` says one thing only: the program was not run.

use super::kept::{CallNumber, Kept, PIECE_BYTES};
use super::uri::Address;
use rmcp::model::{ContentBlock, Resource, ResourceContents};
use runcell_model::file::OutputFile;
use runcell_model::limits::{Kind, LimitKind};
use runcell_model::outcome::{Ending, Outcome, Output};
use runcell_wire::{
    AdviceJson, FileJson, MoreJson, OutcomeJson, RanOnJson, content_type, encoded_len, excerpt, is_binary, limit,
    media_type, name_files,
};
use std::fmt::Write;

/// The largest image that is sent as one, in bytes. Models take a few megabytes of base64 at most, and a conversation
/// with an image that is refused is broken for good; a larger one is sent as a file.
pub(super) const MAX_IMAGE_BYTES: usize = 3 << 20;

/// How much one answer holds, and where the rest goes.
pub(super) struct Room<'a> {
    /// The part of each output that is shown, in bytes.
    pub(super) text_bytes: usize,
    /// Bytes that the answer may have as it is sent.
    pub(super) answer_bytes: usize,
    pub(super) kept: &'a Kept,
    pub(super) call: CallNumber,
}

/// The most bytes that the texts and files of an outcome take in an answer that holds them all.
pub(super) fn whole_bytes(outcome: &Outcome, text_bytes: u64) -> u64 {
    // Outputs are in the structure and in the blocks, and a byte may take six.
    let output = |bytes: &[u8]| (bytes.len() as u64).min(text_bytes) * 6;
    let Output { stdout, stderr, tty, .. } = &outcome.output;
    let file = |file: &OutputFile| match std::str::from_utf8(&file.bytes) {
        Ok(text) if file.bytes.len() as u64 <= text_bytes => 2 * encoded_len(text) as u64,
        Ok(text) => encoded_len(text) as u64,
        Err(_) => file.bytes.len().div_ceil(3) as u64 * 4,
    };
    output(stdout) + output(stderr) + output(tty) + outcome.files.iter().map(file).sum::<u64>()
}

/// The content blocks of an outcome, and its JSON without the bytes that the blocks carry.
pub(super) fn blocks(mut outcome: Outcome, mut room: Room<'_>) -> (Vec<ContentBlock>, OutcomeJson) {
    let files = std::mem::take(&mut outcome.files);
    let output = std::mem::take(&mut outcome.output);
    let (ending, terminal_bytes) = (outcome.ending.clone(), output.tty.len());
    let mut json = OutcomeJson::from(outcome);
    (json.truncated, json.tty) = (output.truncated, None);
    (json.stdout, json.stderr) =
        (room.show("stdout", &output.stdout, &mut json), room.show("stderr", &output.stderr, &mut json));
    let terminal = room.terminal(&output, &json);
    drop(output);
    let mut blocks = vec![ContentBlock::text(sentence(&ending, &json, terminal_bytes) + &ran_on(&json.ran_on))];
    if terminal.is_empty() {
        blocks.push(ContentBlock::text("There is no TTY output."));
    } else {
        blocks.push(ContentBlock::text("Following is the TTY output."));
        blocks.push(ContentBlock::text(terminal));
    }
    for file in files {
        let (file, file_blocks) = room.file(file);
        blocks.extend(file_blocks);
        json.files.push(file);
    }
    for name in &json.missing_files {
        blocks.push(ContentBlock::text(format!("Output file {name} not found in the result.")));
    }
    for advice in &json.advice {
        let AdviceJson { line, rule, message } = advice;
        blocks.push(ContentBlock::text(format!("Line {line} of the code {message} ({rule}).")));
    }
    if let Some(names) = name_files(&json.left_files) {
        blocks.push(ContentBlock::text(format!("The program wrote {names}; name it in `outputs` to get it.")));
    }
    (blocks, json)
}

impl Room<'_> {
    /// The part of an output that the answer shows. All of it is kept if that is not the whole.
    fn show(&mut self, name: &str, bytes: &[u8], json: &mut OutcomeJson) -> String {
        let binary = is_binary(bytes);
        let text = if !binary && bytes.len() <= self.text_bytes {
            String::from_utf8_lossy(bytes).into_owned()
        } else {
            let media_type = if binary { "application/octet-stream" } else { "text/plain" };
            let uri = self.keep(name, media_type, bytes);
            json.more.push(MoreJson { name: name.to_owned(), bytes: bytes.len() as u64, uri: uri.clone() });
            let whole = || whole(uri.as_deref(), bytes.len());
            if binary {
                format!("[{} bytes that are no text; {}]\n", bytes.len(), whole())
            } else {
                excerpt(bytes, self.text_bytes, whole).text
            }
        };
        self.answer_bytes = self.answer_bytes.saturating_sub(encoded_len(&text));
        text
    }

    /// Both outputs in their order, or one after the other where one of them is not shown whole.
    fn terminal(&mut self, output: &Output, json: &OutcomeJson) -> String {
        let text = if json.more.is_empty() && output.tty.len() <= self.text_bytes {
            String::from_utf8_lossy(&output.tty).into_owned()
        } else {
            [&*json.stdout, &*json.stderr].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
        };
        self.answer_bytes = self.answer_bytes.saturating_sub(encoded_len(&text));
        text
    }

    /// A file as JSON and as blocks: an image, an embedded resource, or a link where it does not fit.
    fn file(&mut self, file: OutputFile) -> (FileJson, Vec<ContentBlock>) {
        let image = image_type(&file.bytes).filter(|_| file.bytes.len() <= MAX_IMAGE_BYTES);
        let text = std::str::from_utf8(&file.bytes).ok().map(encoded_len);
        // A short text is in the structure as well.
        let copies = if text.is_some() && file.bytes.len() <= self.text_bytes { 2 } else { 1 };
        let encoded = text.unwrap_or(file.bytes.len().div_ceil(3) * 4).saturating_mul(copies);
        let Some(left) = self.answer_bytes.checked_sub(encoded) else { return self.link(&file) };
        self.answer_bytes = left;
        let mut json = FileJson::new(file.path, file.bytes);
        let blocks = match image {
            Some(media_type) => image_blocks(&mut json, media_type).into(),
            None => vec![resource(&mut json, copies > 1)],
        };
        (json, blocks)
    }

    /// A file that does not fit: kept, and named with the address of its resource.
    fn link(&self, file: &OutputFile) -> (FileJson, Vec<ContentBlock>) {
        let (bytes, media_type) = (file.bytes.len(), media_type(&file.path, &file.bytes).to_owned());
        let uri = self.keep(&format!("files/{}", file.path), &media_type, &file.bytes);
        let text = format!(
            "The output file {} ({bytes} bytes) does not fit here; {}.",
            file.path,
            whole(uri.as_deref(), bytes)
        );
        let mut blocks = vec![ContentBlock::text(text)];
        if let Some(uri) = &uri {
            let link = Resource::new(uri, &file.path).with_mime_type(&media_type).with_size(bytes as u64);
            blocks.push(ContentBlock::resource_link(link));
        }
        let encoding = if std::str::from_utf8(&file.bytes).is_ok() { "text" } else { "base64" };
        let (path, encoding) = (file.path.clone(), encoding.to_owned());
        (FileJson { path, encoding, content: None, uri, bytes: bytes as u64, media_type }, blocks)
    }

    fn keep(&self, name: &str, media_type: &str, bytes: &[u8]) -> Option<String> {
        let kept = self.kept.keep(self.call, name, media_type, bytes);
        kept.then(|| Address::Output(self.call, name.to_owned(), 0).uri())
    }
}

/// Where the whole of something can be fetched.
fn whole(uri: Option<&str>, bytes: usize) -> String {
    match uri {
        None => "it was too large to keep".to_owned(),
        Some(uri) if bytes as u64 <= PIECE_BYTES => format!("the resource {uri} has all of it"),
        Some(uri) => {
            format!("the resource {uri} has all of it, {PIECE_BYTES} bytes a read: {uri}?from={PIECE_BYTES} reads on")
        }
    }
}

/// How the run ended, for people and models.
fn sentence(ending: &Ending, json: &OutcomeJson, terminal_bytes: usize) -> String {
    let mut text = match ending {
        Ending::Completed { exit_code } => format!("Execution completed with exit code {exit_code}."),
        Ending::Crashed { kind, message } => format!("Execution crashed with error {kind}: {message}."),
        Ending::Terminated { limit, allowed, used } => format!(
            "The program was terminated. It reached the limit {}: {} {}, {allowed} allowed.",
            limit::name_of(*limit).unwrap_or(limit.name()),
            limit::amount(*limit, *used),
            limit.verb(),
        ),
        Ending::TimedOut { allowed_ms } => {
            let name = limit::name_of(LimitKind::WallTime).unwrap_or_default();
            format!("Execution timed out. The limit {name} allows {allowed_ms} ms.")
        }
        Ending::Cancelled => "The program was cancelled.".to_owned(),
        Ending::Lost { message } => format!("The run was lost: {message}."),
    };
    if json.truncated {
        // Writing to a string cannot fail.
        let _ = write!(text, " The output was cut: only its first {} bytes were kept.", terminal_bytes);
    }
    text
}

/// Where the program ran, if that was not a cell as always.
fn ran_on(ran_on: &RanOnJson) -> String {
    match &ran_on.image {
        Some(image) => format!(" It ran in a container of {image}: {}.", ran_on.reason),
        None => String::new(),
    }
}

/// An image, with a line before it: an image block has no name.
fn image_blocks(file: &mut FileJson, media_type: &str) -> [ContentBlock; 2] {
    media_type.clone_into(&mut file.media_type);
    let data = file.content.take().unwrap_or_default();
    let caption = format!("Following is the output file {} ({} bytes).", file.path, file.bytes);
    [ContentBlock::text(caption), ContentBlock::image(data, media_type)]
}

/// Any other file as an embedded resource. A short text stays in the structured content as well, since that is all that some
/// clients show; nothing else does, since a model would have to read it twice.
fn resource(file: &mut FileJson, twice: bool) -> ContentBlock {
    let uri = uri(&file.path);
    let content = if twice { file.content.clone() } else { file.content.take() }.unwrap_or_default();
    let contents = match &*file.encoding {
        "text" => ResourceContents::text(content, uri),
        _ => ResourceContents::blob(content, uri),
    };
    let media_type = match (&*file.encoding, &*file.media_type) {
        ("text", "application/octet-stream") => "text/plain",
        (_, media_type) => media_type,
    };
    ContentBlock::resource(contents.with_mime_type(media_type))
}

/// Where the file lay in the guest, as a URI.
fn uri(path: &str) -> String {
    let mut uri = "file:///work/".to_owned();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// The type of an image that clients can show, by what it holds: a wrong name must not make one of something else.
pub(super) fn image_type(bytes: &[u8]) -> Option<&'static str> {
    content_type(bytes).filter(|held| held.starts_with("image/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::file::LeftFile;
    use runcell_model::outcome::CrashKind;
    use serde_json::{Value, json};

    fn show(ending: Ending, change: impl FnOnce(&mut Outcome)) -> (Value, OutcomeJson) {
        show_in(&Kept::new(1 << 30), ending, change)
    }

    fn show_in(kept: &Kept, ending: Ending, change: impl FnOnce(&mut Outcome)) -> (Value, OutcomeJson) {
        let mut outcome = Outcome::unstarted(ending);
        change(&mut outcome);
        let (blocks, json) = blocks(outcome, Room { text_bytes: 1000, answer_bytes: 100_000, kept, call: 7 });
        (serde_json::to_value(blocks).expect("serialises"), json)
    }

    #[test]
    fn a_long_output_is_cut_and_kept() {
        let kept = Kept::new(1 << 20);
        let (blocks, json) = show_in(&kept, Ending::Completed { exit_code: 0 }, |outcome| {
            outcome.output.stdout = b"line\n".repeat(1000);
            outcome.output.stderr = vec![0xff; 3000];
            outcome.output.tty = [&*outcome.output.stdout, &outcome.output.stderr].concat();
        });
        assert!(
            json.stdout.contains("of 5000 bytes are left out here; the resource run://call-7/stdout has all"),
            "{json:?}"
        );
        assert_eq!(json.stderr, "[3000 bytes that are no text; the resource run://call-7/stderr has all of it]\n");
        assert_eq!(blocks[2]["text"], format!("{}\n{}", json.stdout, json.stderr));
        assert_eq!(kept.find(7, "stdout").expect("kept").read(4990, 100).expect("reads"), b"line\nline\n");
        let more: Vec<_> = json.more.iter().map(|more| (&*more.name, more.bytes)).collect();
        assert_eq!(more, [("stdout", 5000), ("stderr", 3000)]);
    }

    #[test]
    fn a_file_that_does_not_fit_is_a_link() {
        let file = |path: &str, bytes: Vec<u8>| OutputFile { path: path.to_owned(), bytes };
        let (blocks, json) = show(Ending::Completed { exit_code: 0 }, |outcome| {
            // Six bytes each as JSON.
            outcome.files = vec![file("a b.txt", vec![1; 20_000]), file("c.txt", b"small".to_vec())];
        });
        assert_eq!((&*json.files[0].encoding, json.files[0].content.as_deref()), ("text", None));
        assert_eq!(json.files[0].uri.as_deref(), Some("run://call-7/files/a%20b.txt"));
        assert!(
            blocks[2]["text"]
                .as_str()
                .expect("a text")
                .starts_with("The output file a b.txt (20000 bytes) does not fit")
        );
        assert_eq!(
            (&blocks[3]["type"], &blocks[3]["uri"]),
            (&"resource_link".into(), &"run://call-7/files/a%20b.txt".into())
        );
        assert_eq!(json.files[1].content.as_deref(), Some("small"), "a short text is in both");
    }

    #[test]
    fn endings_are_told_in_known_words() {
        let limit = LimitKind::Memory;
        let cases = [
            (Ending::Completed { exit_code: 3 }, "Execution completed with exit code 3."),
            (
                Ending::Crashed { kind: CrashKind::Unreachable, message: "abort".to_owned() },
                "Execution crashed with error unreachable: abort.",
            ),
            (
                Ending::Terminated { limit, allowed: 5, used: 6 },
                "The program was terminated. It reached the limit memory_mib: 6 bytes asked for, 5 allowed.",
            ),
            (Ending::TimedOut { allowed_ms: 50 }, "Execution timed out. The limit timeout_ms allows 50 ms."),
        ];
        for (ending, expected) in cases {
            assert_eq!(show(ending, |_| ()).0[0]["text"], expected);
        }
    }

    #[test]
    fn output_follows_the_sentence() {
        let (blocks, _) = show(Ending::Completed { exit_code: 0 }, |outcome| outcome.output.tty = b"hi\n".to_vec());
        assert_eq!(blocks[1]["text"], "Following is the TTY output.");
        assert_eq!(blocks[2]["text"], "hi\n");
        let (blocks, _) = show(Ending::Completed { exit_code: 0 }, |_| ());
        assert_eq!(blocks.as_array().map(Vec::len), Some(2), "no empty text block");
    }

    #[test]
    fn files_become_the_blocks_that_fit() {
        let file = |path: &str, bytes: &[u8]| OutputFile { path: path.to_owned(), bytes: bytes.to_vec() };
        let (blocks, json) = show(Ending::Completed { exit_code: 0 }, |outcome| {
            outcome.files = vec![
                file("plot.dat", b"\x89PNG\r\n\x1a\n\xff"),
                file("not an image.png", b"text"),
                file("a.bin", b"\xff\xfe"),
            ];
            outcome.missing_files = vec!["b".to_owned()];
            outcome.left_files = vec![LeftFile { path: "plot.png".to_owned(), bytes: 24_000 }];
        });
        assert_eq!(blocks[3], json!({ "type": "image", "data": "iVBORw0KGgr/", "mimeType": "image/png" }));
        let text = json!({ "uri": "file:///work/not%20an%20image.png", "mimeType": "text/plain", "text": "text" });
        assert_eq!(blocks[4], json!({ "type": "resource", "resource": text }));
        assert_eq!(blocks[5]["resource"]["blob"], "//4=");
        assert_eq!(blocks[6]["text"], "Output file b not found in the result.");
        assert_eq!(blocks[7]["text"], "The program wrote plot.png (24 KB); name it in `outputs` to get it.");
        let contents: Vec<_> = json.files.iter().map(|file| file.content.as_deref()).collect();
        assert_eq!(contents, [None, Some("text"), None], "what a model cannot read is not repeated");
    }
}
