//! Messages on a byte stream: a length of four bytes, then the message.
//!
//! Owns the form and the greatest length. A message that is too long is an error before any of it is read.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{ErrorKind, Read};
use tokio::io::{AsyncRead, AsyncReadExt};

/// A message could not be received or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The stream broke.
    #[error("the socket between server and worker broke")]
    Broken(#[from] std::io::Error),
    /// A message is too long.
    #[error("a message of {bytes} bytes came, and at most {most} are allowed")]
    TooLong {
        /// How long it says it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// The bytes are no message.
    #[error("something that is no message came: {0}")]
    Form(#[from] postcard::Error),
}

/// Appends a message to what is to be sent.
pub(super) fn encode(message: &impl Serialize, frames: &mut Vec<u8>) -> Result<(), FrameError> {
    let start = frames.len();
    frames.extend([0; 4]);
    let mut extended = postcard::to_extend(message, std::mem::take(frames))?;
    let bytes = extended.len() - start - 4;
    let most = u32::MAX as usize;
    let length = u32::try_from(bytes).map_err(|_| FrameError::TooLong { bytes, most })?;
    extended[start..start + 4].copy_from_slice(&length.to_le_bytes());
    *frames = extended;
    Ok(())
}

fn length(header: [u8; 4], most: usize) -> Result<usize, FrameError> {
    let bytes = u32::from_le_bytes(header) as usize;
    if bytes > most { Err(FrameError::TooLong { bytes, most }) } else { Ok(bytes) }
}

/// Reads a message of at most `most` bytes; `None` where the stream has ended.
pub(super) fn read<T: DeserializeOwned>(stream: &mut impl Read, most: usize) -> Result<Option<T>, FrameError> {
    let mut header = [0; 4];
    match stream.read_exact(&mut header) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut body = Vec::new();
    let bytes = length(header, most)?;
    // Grows as it comes: a length alone takes no memory.
    if stream.take(bytes as u64).read_to_end(&mut body)? < bytes {
        return Ok(None);
    }
    Ok(Some(postcard::from_bytes(&body)?))
}

/// The same on a stream of the server's, which waits on many.
pub(super) async fn read_async<T: DeserializeOwned>(
    stream: &mut (impl AsyncRead + Unpin),
    most: usize,
) -> Result<Option<T>, FrameError> {
    let mut header = [0; 4];
    match stream.read_exact(&mut header).await {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    };
    let mut body = Vec::new();
    let bytes = length(header, most)?;
    if stream.take(bytes as u64).read_to_end(&mut body).await? < bytes {
        return Ok(None);
    }
    Ok(Some(postcard::from_bytes(&body)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_back_one_by_one() {
        let mut frames = Vec::new();
        encode(&("one", 1_u32), &mut frames).expect("encodes");
        encode(&("two", 2_u32), &mut frames).expect("encodes");
        let mut stream = &frames[..];
        let mut next = || read::<(String, u32)>(&mut stream, 100).expect("reads");
        assert_eq!((next(), next(), next()), (Some(("one".into(), 1)), Some(("two".into(), 2)), None));
    }

    #[test]
    fn what_is_too_long_or_cut_or_nonsense_is_no_message() {
        let long = [255, 255, 255, 255, 0];
        assert!(matches!(read::<String>(&mut &long[..], 100), Err(FrameError::TooLong { .. })));
        let mut frames = Vec::new();
        encode(&"text", &mut frames).expect("encodes");
        for cut in 0..frames.len() {
            assert!(matches!(read::<String>(&mut &frames[..cut], 100), Ok(None)), "{cut}");
        }
        frames[4] = 200;
        assert!(matches!(read::<String>(&mut &frames[..], 100), Err(FrameError::Form(_))));
    }
}
