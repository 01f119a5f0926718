//! Why a file did not come.

use crate::address::AddressFault;

/// The most redirects that are followed.
pub(crate) const MAX_REDIRECTS: usize = 5;

/// A file that did not come, or not as it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchFault {
    /// The address, or one that it redirects to, may not be read from.
    #[error("`{from}` leads to an address that is not read: {source}")]
    Address {
        /// The address asked for.
        from: String,
        /// What is wrong.
        source: AddressFault,
    },
    /// Too many redirects.
    #[error("`{0}` redirects more than {most} times; check the address", most = MAX_REDIRECTS)]
    Redirects(String),
    /// The server refuses, or has another answer than a file.
    #[error("`{address}` answers {status}; {hint}")]
    Status {
        /// The address.
        address: String,
        /// The status code.
        status: u16,
        /// What to do.
        hint: &'static str,
    },
    /// Another type of content than the file has.
    #[error(
        "`{address}` sends `{found}` where the file is {expected}: likely an error page, or the publisher changed \
         the address"
    )]
    Media {
        /// The address.
        address: String,
        /// The type sent.
        found: String,
        /// The types that the file has.
        expected: String,
    },
    /// More bytes than the file can have.
    #[error(
        "`{address}` sends more than {limit} bytes, which is more than this file can have; nothing was kept"
    )]
    TooLarge {
        /// The address.
        address: String,
        /// The most that it may have.
        limit: u64,
    },
    /// No bytes at all.
    #[error("`{0}` sends an empty file; nothing was kept")]
    Empty(String),
    /// The connection failed, was cut, or took too long.
    #[error("`{address}` could not be read: {why}")]
    Connection {
        /// The address.
        address: String,
        /// What happened.
        why: String,
    },
}

impl FetchFault {
    /// Whether it may be other the next time.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Connection { .. } | Self::Empty(_) => true,
            Self::Status { status, .. } => *status >= 500 || matches!(status, 408 | 425 | 429),
            _ => false,
        }
    }

    /// Whether the server says that there is no such file.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Status { status: 404 | 410, .. })
    }
}
