//! Datasets on their way to a server: files that are uploaded for one job.
//!
//! Owns lending them: a job has copies of its datasets, so that what was uploaded for it is deleted once it is submitted.

use crate::cli::CliError;
use crate::cli::door::upload::Uploads;
use runcell_client::Client;
use runcell_service::{Dataset, JobSubmit, LocalFile};
use std::collections::BTreeMap;

/// Uploads the datasets of a job, and submits it with their ids.
pub(super) async fn lent<T>(
    client: &Client,
    mut submit: JobSubmit,
    work: impl AsyncFnOnce(&JobSubmit, BTreeMap<String, String>) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let (uploads, mut ids) = (Uploads::There(client), BTreeMap::new());
    let files = files(std::mem::take(&mut submit.data))?;
    let done = async {
        for (name, LocalFile { name: file_name, file }) in files {
            let size = file.metadata().ok().map(|found| found.len());
            let source = tokio::fs::File::from_std(file);
            let upload = uploads.add((&file_name, "application/octet-stream"), source, size).await?;
            ids.insert(name, upload.file_id);
        }
        work(&submit, ids.clone()).await
    }
    .await;
    for id in ids.values() {
        // It is the caller's own, and `files list` shows it, if it stays.
        let _ = uploads.remove(id).await;
    }
    done
}

/// The files that are the datasets: over HTTP each is one file.
fn files(data: BTreeMap<String, Dataset>) -> Result<Vec<(String, LocalFile)>, CliError> {
    let one = |(name, dataset)| match dataset {
        Dataset::File(file) => Ok((name, file)),
        Dataset::Files(_) | Dataset::Folder(..) | Dataset::Uploaded(_) => Err(CliError::Usage(format!(
            "--data {name}: at a server a dataset is one file; pack a folder or several files into an archive, or submit the job \
             on the machine itself"
        ))),
    };
    data.into_iter().map(one).collect()
}
