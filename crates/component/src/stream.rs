//! The streams of a component: standard input and output, and what reads or writes a file of the tree from a position on.
//!
//! Owns how they move bytes. Everything that is written is there at once, so that no stream ever waits but stdin.

use bytes::Bytes;
use runcell_cell::fs::{FileTree, FsError, NodeId};
use runcell_cell::output::OutputBuffer;
use runcell_cell::stdin::StdinReader;
use runcell_cell::wasi::now;
use runcell_model::run::OutputStream as Output;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Mutex as AsyncMutex;
use wasmtime_wasi::cli::{IsTerminal, StdinStream, StdoutStream};
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

/// The most bytes that one call moves.
pub(crate) const MOST_BYTES: usize = 64 << 10;

/// A tree that streams share with the calls on descriptors.
#[derive(Clone)]
pub(crate) struct SharedTree(pub(crate) Arc<Mutex<FileTree>>);

impl SharedTree {
    pub(crate) fn lock(&self) -> MutexGuard<'_, FileTree> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

/// Standard input.
#[derive(Clone)]
pub(crate) struct Input(pub(crate) Arc<AsyncMutex<StdinReader>>);

impl IsTerminal for Input {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdinStream for Input {
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncRead + Send + Sync> {
        // Only programs of WASI 0.3 ask for it.
        Box::new(tokio::io::empty())
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Input {
    async fn ready(&mut self) {
        self.0.lock().await.ready().await;
    }
}

impl InputStream for Input {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let Ok(mut reader) = self.0.try_lock() else { return Ok(Bytes::new()) };
        if size == 0 || !reader.is_ready() {
            return Ok(Bytes::new());
        }
        let mut bytes = vec![0; size.min(MOST_BYTES)];
        let count = reader.read(&mut bytes).map_err(|hit| StreamError::Trap(wasmtime::Error::new(hit)))?;
        bytes.truncate(count);
        if count == 0 { Err(StreamError::Closed) } else { Ok(bytes.into()) }
    }
}

/// Standard output or error.
#[derive(Clone)]
pub(crate) struct Printer {
    pub(crate) output: Arc<OutputBuffer>,
    pub(crate) stream: Output,
    pub(crate) terminal: bool,
}

impl IsTerminal for Printer {
    fn is_terminal(&self) -> bool {
        self.terminal
    }
}

impl StdoutStream for Printer {
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Printer {
    async fn ready(&mut self) {}
}

impl OutputStream for Printer {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.output.write(self.stream, &bytes).map_err(|hit| StreamError::Trap(wasmtime::Error::new(hit)))
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MOST_BYTES)
    }
}

/// Where a stream writes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum At {
    Position(u64),
    End,
}

/// A file that is read or written from a position on. It stays while the stream is there, whatever becomes of its names.
pub(crate) struct FileStream {
    tree: SharedTree,
    node: NodeId,
    at: At,
}

impl FileStream {
    pub(crate) fn new(tree: &SharedTree, node: NodeId, at: At) -> Self {
        tree.lock().hold(node);
        Self { tree: tree.clone(), node, at }
    }
}

impl Drop for FileStream {
    fn drop(&mut self) {
        self.tree.lock().release(self.node);
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for FileStream {
    async fn ready(&mut self) {}
}

impl InputStream for FileStream {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let At::Position(position) = self.at else { return Err(StreamError::Closed) };
        if size == 0 {
            return Ok(Bytes::new());
        }
        let mut bytes = vec![0; size.min(MOST_BYTES)];
        let count = self.tree.lock().read_at(self.node, position, &mut bytes).map_err(failure)?;
        bytes.truncate(count);
        self.at = At::Position(position.saturating_add(count as u64));
        if count == 0 { Err(StreamError::Closed) } else { Ok(bytes.into()) }
    }
}

impl OutputStream for FileStream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut tree = self.tree.lock();
        let position = match self.at {
            At::Position(position) => position,
            At::End => tree.stat(self.node).size,
        };
        tree.write_at(self.node, position, &bytes, now()).map_err(failure)?;
        if let At::Position(position) = &mut self.at {
            *position = position.saturating_add(bytes.len() as u64);
        }
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MOST_BYTES)
    }
}

/// A limit ends the program; anything else is told to it.
fn failure(error: FsError) -> StreamError {
    match error {
        FsError::Limit(hit) => StreamError::Trap(wasmtime::Error::new(hit)),
        FsError::Errno(errno) => StreamError::LastOperationFailed(wasmtime::Error::new(errno)),
    }
}
