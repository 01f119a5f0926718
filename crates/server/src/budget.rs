//! How much of bodies is held in memory at once, over all requests.
//!
//! Each body is limited by itself, but a thousand that are just small enough are gigabytes. What a request has sent is counted
//! until it is answered; when all together reach the limit, those that want to send more are refused.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};

/// What may be held.
#[derive(Debug, Clone)]
pub(crate) struct Budget(Arc<Counter>);

#[derive(Debug)]
struct Counter {
    held: AtomicUsize,
    most: usize,
}

/// What one request holds, until it is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Held(Arc<Share>);

#[derive(Debug)]
struct Share {
    of: Arc<Counter>,
    bytes: AtomicUsize,
    refused: AtomicBool,
}

impl Budget {
    pub(crate) fn new(most: usize) -> Self {
        Self(Arc::new(Counter { held: AtomicUsize::new(0), most }))
    }

    /// Counts a body. The count ends with the [`Held`].
    pub(crate) fn count(&self, body: Body) -> (Body, Held) {
        let held = Held(Arc::new(Share {
            of: self.0.clone(),
            bytes: AtomicUsize::new(0),
            refused: AtomicBool::new(false),
        }));
        (Body::new(Counted { body, held: held.clone() }), held)
    }
}

impl Held {
    /// Whether it was cut off.
    pub(crate) fn was_refused(&self) -> bool {
        self.0.refused.load(Ordering::Relaxed)
    }

    fn more(&self, bytes: usize) -> bool {
        let counter = &self.0.of;
        let fits = |held: usize| held.checked_add(bytes).filter(|sum| *sum <= counter.most);
        if counter.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_err() {
            self.0.refused.store(true, Ordering::Relaxed);
            return false;
        }
        self.0.bytes.fetch_add(bytes, Ordering::Relaxed);
        true
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.of.held.fetch_sub(self.bytes.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// A body that is counted while it comes.
struct Counted {
    body: Body,
    held: Held,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
            && !self.held.more(data.len())
        {
            return Poll::Ready(Some(Err(axum::Error::new("too much is being sent at once"))));
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
