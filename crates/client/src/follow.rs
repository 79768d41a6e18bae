//! A stream of events that goes on where it broke off.
//!
//! Owns when it is worth another try, and for how long. Which event is the last one its reader knows.

use crate::ask::Ask;
use crate::client::Client;
use crate::error::ClientError;
use crate::event::{Event, Events};
use runcell_wire::RefusalReason;
use std::time::Duration;

/// Tries without an event between them, and the pauses: 0.25 s, 0.5 s, ... up to `LONGEST`.
const TRIES: u32 = 8;
const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(5);

/// Events of something that has an end.
pub struct Follow {
    client: Client,
    /// Where the stream is asked for again.
    path: Option<String>,
    events: Option<Events>,
    /// The number of the last event.
    last: Option<u64>,
    failed: u32,
}

impl Follow {
    /// The events of a path, from the beginning.
    #[must_use]
    pub fn new(client: &Client, path: String) -> Self {
        Self { client: client.clone(), path: Some(path), events: None, last: None, failed: 0 }
    }

    /// Events that come already. Until it is known where they can be asked for again, a broken stream is the end.
    #[must_use]
    pub fn of(client: &Client, events: Events) -> Self {
        Self { client: client.clone(), path: None, events: Some(events), last: None, failed: 0 }
    }

    /// Says where the stream can be asked for again.
    pub fn known_at(&mut self, path: String) {
        self.path = Some(path);
    }

    /// The next event. There always is one: whoever has heard the last does not ask.
    ///
    /// # Errors
    /// [`ClientError`] where the stream cannot be had again.
    pub async fn next(&mut self) -> Result<Event, ClientError> {
        loop {
            match self.step().await {
                Ok(Some(event)) => {
                    self.failed = 0;
                    self.last = event.id.or(self.last);
                    return Ok(event);
                }
                Ok(None) => {
                    let why = "it ended before its last event".to_owned();
                    self.again(ClientError::Broken { address: self.client.address().to_string(), why }).await?;
                }
                Err(error) => self.again(error).await?,
            }
        }
    }

    async fn step(&mut self) -> Result<Option<Event>, ClientError> {
        if let (None, Some(path)) = (&self.events, &self.path) {
            let ask = Ask::get(path.clone());
            let ask = self.last.iter().fold(ask, |ask, last| ask.header("last-event-id", last));
            self.events = Some(self.client.events(ask).await?);
        }
        match &mut self.events {
            Some(events) => events.next().await,
            None => Ok(None),
        }
    }

    /// Pauses before the stream is asked for again, or gives up.
    async fn again(&mut self, error: ClientError) -> Result<(), ClientError> {
        self.events = None;
        // A server that is being stopped, or has just begun, says so.
        let passes = error.is_broken() || error.reason() == Some(RefusalReason::Unavailable);
        if self.path.is_none() || !passes || self.failed == TRIES {
            return Err(error);
        }
        tokio::time::sleep((FIRST * 2_u32.pow(self.failed)).min(LONGEST)).await;
        self.failed += 1;
        Ok(())
    }
}
