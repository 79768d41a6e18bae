//! An outcome as content blocks: sentences that users of @runno/mcp know, images, files.
//!
//! Owns the wording and which file becomes which kind of block. What a guest did is never an error here: a model that
//! debugs code wants to read the exit code and the traceback like any other result, and clients hide or retry what is
//! marked as an error. `isError` says one thing only: the program was not run.

use super::limit;
use rmcp::model::{ContentBlock, ResourceContents};
use runcell_model::limits::{Kind, LimitKind};
use runcell_model::outcome::{Ending, Outcome};
use runcell_wire::{FileJson, OutcomeJson, RanOnJson};
use std::fmt::Write;

/// The largest image that is sent as one, in bytes. Models take a few megabytes of base64 at most, and a conversation
/// with an image that is refused is broken for good; a larger one is sent as a file.
pub(super) const MAX_IMAGE_BYTES: usize = 3 << 20;

/// The content blocks of an outcome, and its JSON without the bytes that the blocks carry.
pub(super) fn blocks(mut outcome: Outcome) -> (Vec<ContentBlock>, OutcomeJson) {
    let files = std::mem::take(&mut outcome.files);
    let ending = outcome.ending.clone();
    let mut json = OutcomeJson::from(outcome);
    let mut blocks = vec![ContentBlock::text(sentence(&ending, &json) + &ran_on(&json.ran_on))];
    if json.tty.is_empty() {
        blocks.push(ContentBlock::text("There is no TTY output."));
    } else {
        blocks.push(ContentBlock::text("Following is the TTY output."));
        blocks.push(ContentBlock::text(json.tty.clone()));
    }
    for file in files {
        let image = image_type(&file.bytes).filter(|_| file.bytes.len() <= MAX_IMAGE_BYTES);
        let mut file = FileJson::new(file.path, file.bytes);
        match image {
            Some(media_type) => blocks.extend(image_blocks(&mut file, media_type)),
            None => blocks.push(resource(&mut file)),
        }
        json.files.push(file);
    }
    for name in &json.missing_files {
        blocks.push(ContentBlock::text(format!("Output file {name} not found in the result.")));
    }
    (blocks, json)
}

/// How the run ended, for people and models.
fn sentence(ending: &Ending, json: &OutcomeJson) -> String {
    let mut text = match ending {
        Ending::Completed { exit_code } => format!("Execution completed with exit code {exit_code}."),
        Ending::Crashed { kind, message } => format!("Execution crashed with error {kind}: {message}."),
        Ending::Terminated { limit, allowed, used } => format!(
            "The program was terminated. It reached the limit {}: {} used, {allowed} allowed.",
            limit::name_of(*limit).unwrap_or(limit.name()),
            limit::amount(*limit, *used),
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
        let _ = write!(text, " The output was cut: only its first {} bytes were kept.", json.tty.len());
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

/// Any other file as an embedded resource. Text stays in the structured content as well, since that is all that some
/// clients show; base64 does not, since a model would have to read it.
fn resource(file: &mut FileJson) -> ContentBlock {
    let uri = uri(&file.path);
    let contents = if file.encoding == "text" {
        ResourceContents::text(file.content.clone().unwrap_or_default(), uri)
    } else {
        ResourceContents::blob(file.content.take().unwrap_or_default(), uri)
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
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runcell_model::file::OutputFile;
    use runcell_model::outcome::CrashKind;
    use serde_json::{Value, json};

    fn show(ending: Ending, change: impl FnOnce(&mut Outcome)) -> (Value, OutcomeJson) {
        let mut outcome = Outcome::unstarted(ending);
        change(&mut outcome);
        let (blocks, json) = blocks(outcome);
        (serde_json::to_value(blocks).expect("serialises"), json)
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
                "The program was terminated. It reached the limit memory_mib: 6 bytes used, 5 allowed.",
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
        });
        assert_eq!(blocks[3], json!({ "type": "image", "data": "iVBORw0KGgr/", "mimeType": "image/png" }));
        let text = json!({ "uri": "file:///work/not%20an%20image.png", "mimeType": "image/png", "text": "text" });
        assert_eq!(blocks[4], json!({ "type": "resource", "resource": text }));
        assert_eq!(blocks[5]["resource"]["blob"], "//4=");
        assert_eq!(blocks[6]["text"], "Output file b not found in the result.");
        let contents: Vec<_> = json.files.iter().map(|file| file.content.as_deref()).collect();
        assert_eq!(contents, [None, Some("text"), None], "what a model cannot read is not repeated");
    }
}
