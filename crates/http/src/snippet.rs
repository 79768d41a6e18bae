//! The body of a request to run a snippet: JSON, or a form with JSON and files.
//!
//! Owns reading both. The arguments are those of every face.

use crate::extract::{self, is_json, read_json};
use crate::form;
use crate::problem::Problem;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use runcell_model::file::{GuestPath, InputFile};
use runcell_model::limits::LimitPolicy;
use runcell_service::RunRequest;
use runcell_wire::{RefusalReason, RunCodeArguments};

/// The field of a form that holds the arguments.
const ARGUMENTS: &str = "request";
/// Files of a form.
const MOST_FILES: usize = 1000;

/// A run as it was asked for.
pub(crate) struct Asked {
    pub(crate) request: RunRequest,
    /// How much of each output the answer is to show, in bytes.
    pub(crate) text_bytes: Option<u64>,
}

/// Reads a request.
pub(crate) async fn read(request: Request, policy: &LimitPolicy) -> Result<Asked, Problem> {
    let media_type = request.headers().get(CONTENT_TYPE).map(|value| value.as_bytes().to_vec()).unwrap_or_default();
    if is_json(&media_type) {
        return asked(&extract::body(request, &()).await?, policy);
    }
    let form = Multipart::from_request(request, &()).await.map_err(|_| {
        let message = "the body has to be JSON (application/json), or a form (multipart/form-data) with JSON in the field \
                       `request` and a file in each other field";
        Problem::new(RefusalReason::WrongType, message)
    })?;
    read_form(form, policy).await
}

fn asked(json: &[u8], policy: &LimitPolicy) -> Result<Asked, Problem> {
    let arguments: RunCodeArguments = read_json(json)?;
    let text_bytes = arguments.text_bytes();
    Ok(Asked { request: arguments.request(policy)?, text_bytes })
}

async fn read_form(mut form: Multipart, policy: &LimitPolicy) -> Result<Asked, Problem> {
    let (mut arguments, mut files) = (None, Vec::new());
    while let Some(field) = form.next_field().await.map_err(|error| form::broken(&error))? {
        if field.name() == Some(ARGUMENTS) && field.file_name().is_none() {
            let json = field.bytes().await.map_err(|error| form::broken(&error))?;
            arguments = Some(asked(&json, policy)?);
        } else if files.len() == MOST_FILES {
            return Err(Problem::new(RefusalReason::TooLarge, format!("the form has more than {MOST_FILES} files")));
        } else {
            files.push(file(field).await?);
        }
    }
    let missing = || Problem::invalid(format!("the form has no field `{ARGUMENTS}` with the arguments as JSON"));
    let mut asked = arguments.ok_or_else(missing)?;
    asked.request.files.append(&mut files);
    Ok(asked)
}

/// A field is a file of the run, by the name of the file or, without one, of the field.
async fn file(field: Field<'_>) -> Result<InputFile, Problem> {
    let name = field.file_name().or(field.name()).unwrap_or_default().to_owned();
    let path = GuestPath::new(&name).map_err(|error| Problem::invalid(error.to_string()))?;
    let bytes = field.bytes().await.map_err(|error| form::broken(&error))?;
    Ok(InputFile { path, bytes: bytes.into() })
}
