//! Something that a server makes while it tells how far it is.
//!
//! Owns waiting for it: steps are shown, the last event is the answer or a refusal.

use crate::cli::CliError;
use crate::cli::progress::Screen;
use runcell_client::{Ask, Client, ClientError, Follow};
use runcell_wire::StepJson;
use serde::de::DeserializeOwned;

/// Asks for something to be made, and waits for it.
pub(super) async fn made<T: DeserializeOwned>(client: &Client, ask: Ask) -> Result<T, CliError> {
    let mut events = Follow::of(client, client.events(ask).await?);
    let mut screen = None;
    loop {
        let event = events.next().await?;
        match &*event.name {
            "progress" => {
                let step: StepJson = event.data()?;
                screen.get_or_insert_with(|| Screen::new(&step.subject, step.percent.is_some())).show(step.into(), &[]);
            }
            "done" => {
                screen.iter().for_each(|screen| screen.finish(true));
                return Ok(event.data()?);
            }
            "problem" => {
                screen.iter().for_each(|screen| screen.finish(false));
                return Err(ClientError::Refused(event.data()?).into());
            }
            // Of a later version.
            _ => {}
        }
    }
}
