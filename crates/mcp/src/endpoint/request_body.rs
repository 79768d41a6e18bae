//! Reading the body of a request, under bounds.
//!
//! Owns the bounds: its length, its share of what all requests may have, and how long a client may pause. Does not know what it
//! says.

use crate::client::{Client, KnownClients};
use crate::exchange::Hold;
use bytes::Buf;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body::Body;
use http_body_util::BodyExt;
use std::fmt::Display;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Why a body was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unread {
    /// It is longer than a message may be.
    #[error("the message is longer than the {0} bytes that one may have")]
    TooLong(usize),
    /// Too much is being read already.
    #[error("there are too many bytes of requests under way{}; try again when others are answered", if *.of_one { " from you" } else { "" })]
    Crowded {
        /// Whether they are the client's own.
        of_one: bool,
    },
    /// The client paused.
    #[error("no byte of the request came for {} s", .0.as_secs())]
    Paused(Duration),
    /// The stream broke off.
    #[error("the request broke off: {0}")]
    Broken(String),
}

/// A share of an allowance that grows.
struct Share {
    of: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Share {
    fn grow(&mut self, bytes: usize) -> bool {
        let Ok(bytes) = u32::try_from(bytes) else { return false };
        let Ok(more) = self.of.clone().try_acquire_many_owned(bytes) else { return false };
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        true
    }
}

/// Reads a body of at most `most` bytes. What it takes of the allowances is held as long as the second value lives.
///
/// # Errors
/// [`Unread`] where it is not read to its end.
pub(super) async fn read<B>(
    body: B,
    headers: &HeaderMap,
    most: usize,
    patience: Duration,
    (client, all): (&Client, &KnownClients),
) -> Result<(Vec<u8>, Vec<Hold>), Unread>
where
    B: Body,
    B::Error: Display,
{
    let told = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|length| length > most as u64) {
        return Err(Unread::TooLong(most));
    }
    let mut of_one = Share { of: client.received.clone(), permit: None };
    let mut of_all = Share { of: all.received.clone(), permit: None };
    let mut body = pin!(body);
    let mut bytes = Vec::new();
    loop {
        let frame = timeout(patience, body.frame()).await.map_err(|_| Unread::Paused(patience))?;
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|error| Unread::Broken(error.to_string()))?;
        let Ok(mut data) = frame.into_data() else { continue };
        if data.remaining() > most - bytes.len() {
            return Err(Unread::TooLong(most));
        }
        if !of_one.grow(data.remaining()) {
            return Err(Unread::Crowded { of_one: true });
        }
        if !of_all.grow(data.remaining()) {
            return Err(Unread::Crowded { of_one: false });
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            bytes.extend_from_slice(chunk);
            let length = chunk.len();
            data.advance(length);
        }
    }
    Ok((bytes, [of_one, of_all].into_iter().filter_map(|share| share.permit).map(Hold::Permit).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Allowances, Owner};
    use bytes::Bytes;
    use http_body::Frame;
    use http_body_util::{Full, StreamBody};
    use runcell_model::caller::{Caller, Face, Role};
    use std::convert::Infallible;

    const PATIENCE: Duration = Duration::from_secs(600);

    fn clients() -> (KnownClients, Owner) {
        let allowances =
            Allowances { requests: 1, received: 10, received_in_all: 15, unsent: 1, unsent_in_all: 1, kept: 1 };
        (KnownClients::new(allowances), Owner::of(&Caller::operator(Face::Mcp)))
    }

    async fn read_bytes(length: usize, all: &KnownClients, client: &Client) -> Result<(Vec<u8>, Vec<Hold>), Unread> {
        let body = Full::new(Bytes::from(vec![1; length]));
        read(body, &HeaderMap::new(), 8, PATIENCE, (client, all)).await
    }

    #[tokio::test]
    async fn allowances_are_given_back_with_the_request() {
        let (all, owner) = clients();
        let somebody = Caller::new("x".parse().expect("a name"), "x", Role::Runner, Face::Mcp);
        let (one, other) = (all.of(&owner), all.of(&Owner::of(&somebody)));
        assert_eq!(read_bytes(9, &all, &one).await.map(drop), Err(Unread::TooLong(8)));
        let (bytes, held) = read_bytes(8, &all, &one).await.expect("fits");
        assert_eq!(bytes.len(), 8);
        assert_eq!(read_bytes(3, &all, &one).await.map(drop), Err(Unread::Crowded { of_one: true }));
        assert_eq!(read_bytes(8, &all, &other).await.map(drop), Err(Unread::Crowded { of_one: false }));
        drop(held);
        read_bytes(8, &all, &other).await.expect("there is room again");
    }

    #[tokio::test]
    async fn a_client_that_pauses_is_given_up() {
        let (all, owner) = clients();
        let frames = futures_util::stream::pending::<Result<Frame<Bytes>, Infallible>>();
        let (client, short, headers) = (all.of(&owner), Duration::from_millis(20), HeaderMap::new());
        let read = read(StreamBody::new(frames), &headers, 8, short, (&client, &all)).await;
        assert_eq!(read.map(drop), Err(Unread::Paused(short)));
    }

    #[tokio::test]
    async fn a_length_that_is_told_is_believed_only_where_it_is_too_much() {
        let (all, owner) = clients();
        let headers = HeaderMap::from_iter([(CONTENT_LENGTH, "9".parse().expect("a value"))]);
        let body = Full::new(Bytes::from("a"));
        let client = all.of(&owner);
        let read = read(body, &headers, 8, PATIENCE, (&client, &all)).await;
        assert_eq!(read.map(drop), Err(Unread::TooLong(8)));
    }
}
