//! Accepts connections: no more than the limit, none that doesn't begin to
//! speak, and none for longer than the server lives.
//!
//! tonic's own listener knows no limit, waits for ever for a first word, and
//! spins where `accept` fails for want of file descriptors. Dead peers are
//! found by HTTP/2's pings, so TCP's keepalive isn't used.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{Stream, unfold};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::sleep;
use tonic::transport::server::{Connected, TcpConnectInfo};

use super::Stage;

/// How long a connection may take to say HTTP/2's first word.
const PREFACE_TIME: Duration = Duration::from_secs(10);
/// Length of that word, in bytes.
const PREFACE_BYTES: usize = 24;
/// Pause after `accept` failed: it fails again at once while the process has
/// no file descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The connections that come in, at most `max` at a time; more are closed at
/// once. All are closed at [`Stage::Closed`].
pub(super) fn accept(
    listener: TcpListener,
    max: usize,
    stage: watch::Receiver<Stage>,
) -> impl Stream<Item = io::Result<Connection>> {
    let gate = Gate { listener, places: Arc::new(Semaphore::new(max)), stage, full: false };
    unfold(gate, |mut gate| async move {
        let connection = gate.next().await;
        Some((Ok(connection), gate))
    })
}

struct Gate {
    listener: TcpListener,
    places: Arc<Semaphore>,
    stage: watch::Receiver<Stage>,
    /// The last connection was one too many: it is logged once, not each time.
    full: bool,
}

impl Gate {
    async fn next(&mut self) -> Connection {
        loop {
            let stream = match self.listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            match Arc::clone(&self.places).try_acquire_owned() {
                Ok(permit) => {
                    self.full = false;
                    return Connection::new(stream, permit, self.stage.clone());
                }
                Err(_) if self.full => {}
                Err(_) => {
                    self.full = true;
                    tracing::warn!("there are too many connections: new ones are closed");
                }
            }
        }
    }
}

/// A connection that holds its place for as long as it lives.
pub(super) struct Connection {
    stream: TcpStream,
    /// None once the preface is there.
    opening: Option<Opening>,
    closed: BoxFuture<'static, ()>,
    _permit: OwnedSemaphorePermit,
}

struct Opening {
    missing: usize,
    /// Its time, which is over at once when the server drains.
    time: BoxFuture<'static, ()>,
}

impl Connection {
    fn new(
        stream: TcpStream,
        permit: OwnedSemaphorePermit,
        mut stage: watch::Receiver<Stage>,
    ) -> Self {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY could not be set");
        }
        let mut draining = stage.clone();
        let time = Box::pin(async move {
            tokio::select! {
                () = sleep(PREFACE_TIME) => {}
                // Also when the server is gone without a word.
                _ = draining.wait_for(|now| *now >= Stage::Draining) => {}
            }
        });
        let closed = Box::pin(async move {
            let _ = stage.wait_for(|now| *now >= Stage::Closed).await;
        });
        let opening = Some(Opening { missing: PREFACE_BYTES, time });
        Self { stream, opening, closed, _permit: permit }
    }

    /// Whether the preface is overdue.
    fn overdue(&mut self, context: &mut Context<'_>) -> bool {
        let opening = self.opening.as_mut();
        opening.is_some_and(|opening| opening.time.as_mut().poll(context).is_ready())
    }

    fn took(&mut self, bytes: usize) {
        if let Some(opening) = &mut self.opening {
            opening.missing = opening.missing.saturating_sub(bytes);
            if opening.missing == 0 {
                self.opening = None;
            }
        }
    }
}

impl Connected for Connection {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        self.stream.connect_info()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.closed.as_mut().poll(context).is_ready() {
            // It stays closed, should it be read again.
            self.closed = Box::pin(std::future::ready(()));
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        match polled {
            Poll::Ready(Ok(())) => self.took(buffer.filled().len() - before),
            Poll::Pending if self.overdue(context) => {
                self.closed = Box::pin(std::future::ready(()));
                self.opening = None;
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            Poll::Ready(Err(_)) | Poll::Pending => {}
        }
        polled
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
