//! Connections that end by themselves when the other side does nothing.
//!
//! The HTTP library limits the time of a head; it does not limit how long a client may say nothing at all after connecting,
//! nor how long it may leave an answer unread. Both would keep a connection, and what belongs to it, for ever.

use std::future::{Future as _, Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use crate::config::Limits;

/// Makes connections patient, but not for ever.
#[derive(Debug, Clone)]
pub(crate) struct Patience(pub(crate) Limits);

impl<S> Accept<TcpStream, S> for Patience {
    type Stream = Patient<TcpStream>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        // small answers go out at once
        ready(stream.set_nodelay(true).map(|()| (Patient::new(stream, &self.0), service)))
    }
}

/// A connection with its clocks.
pub(crate) struct Patient<S> {
    stream: S,
    reading: Clock,
    writing: Clock,
    /// How long it may be silent after its first byte.
    silence: Duration,
}

/// Runs while something is waited for.
struct Clock {
    most: Duration,
    running: Option<Pin<Box<Sleep>>>,
}

impl Clock {
    fn new(most: Duration) -> Self {
        Self { most, running: None }
    }

    /// Something came through.
    fn reset(&mut self) {
        self.running = None;
    }

    /// Nothing came through yet; whether that has lasted too long.
    fn waits(&mut self, context: &mut Context<'_>) -> bool {
        let most = self.most;
        let running = self.running.get_or_insert_with(|| Box::pin(sleep(most)));
        running.as_mut().poll(context).is_ready()
    }

    fn set(&mut self, most: Duration) {
        self.most = most;
        if let Some(running) = &mut self.running {
            running.as_mut().reset(Instant::now() + most);
        }
    }
}

impl<S> Patient<S> {
    fn new(stream: S, limits: &Limits) -> Self {
        // the first byte has to come as soon as a head
        let (reading, writing) = (Clock::new(limits.head), Clock::new(limits.unread));
        Self { stream, reading, writing, silence: limits.silence() }
    }
}

fn too_long(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, what.to_owned())
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        match &read {
            Poll::Pending if this.reading.waits(context) => {
                return Poll::Ready(Err(too_long("the client said nothing for too long")));
            }
            Poll::Pending => {}
            Poll::Ready(_) => {
                this.reading.reset();
                this.reading.set(this.silence);
            }
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> Patient<S> {
    fn written<T>(&mut self, wrote: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if wrote.is_pending() {
            if self.writing.waits(context) {
                return Poll::Ready(Err(too_long("the client left an answer unread for too long")));
            }
        } else {
            self.writing.reset();
        }
        wrote
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let wrote = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.written(wrote, context)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(context);
        this.written(flushed, context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let closed = Pin::new(&mut this.stream).poll_shutdown(context);
        this.written(closed, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let wrote = Pin::new(&mut this.stream).poll_write_vectored(context, bytes);
        this.written(wrote, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
