//! Addresses that may be read from.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// An address over TLS, or of this machine itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

/// Why an address may not be read from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// No address at all.
    #[error("`{0}` is not an address: {1}; write it as https://host/path")]
    Malformed(String, String),
    /// Without TLS, to another machine.
    #[error("`{0}` is not over TLS; whoever sits on the way could change the list: use https")]
    NotOverTls(String),
    /// Neither HTTP nor HTTPS.
    #[error("`{0}` is neither https nor http")]
    Scheme(String),
    /// With a name and password in it.
    #[error("`{0}` holds a name or password; those would end in the journal: leave them out")]
    Credentials(String),
}

impl Address {
    /// Whether it is of this machine.
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        }
    }

    /// The address that a redirect from here names.
    ///
    /// # Errors
    /// [`AddressFault`] when it may not be read from, for one because it leaves TLS.
    pub fn redirected(&self, location: &str) -> Result<Self, AddressFault> {
        let joined =
            self.0.join(location).map_err(|e| AddressFault::Malformed(location.to_owned(), e.to_string()))?;
        let to = Self::check(joined)?;
        // nobody outside may point into this machine
        if to.is_loopback() && !self.is_loopback() {
            return Err(AddressFault::NotOverTls(to.to_string()));
        }
        Ok(to)
    }

    /// The address of a file below this one.
    ///
    /// # Errors
    /// [`AddressFault`] when the parts give none.
    pub fn below(&self, parts: &[&str]) -> Result<Self, AddressFault> {
        let mut url = self.0.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(parts);
        }
        Self::check(url)
    }

    fn check(url: Url) -> Result<Self, AddressFault> {
        if !url.username().is_empty() || url.password().is_some() {
            let host = url.host_str().unwrap_or_default().to_owned();
            return Err(AddressFault::Credentials(format!("{}://…@{host}", url.scheme())));
        }
        let scheme = url.scheme().to_owned();
        let address = Self(url);
        match scheme.as_str() {
            "https" => Ok(address),
            "http" if address.is_loopback() => Ok(address),
            "http" => Err(AddressFault::NotOverTls(address.to_string())),
            _ => Err(AddressFault::Scheme(address.to_string())),
        }
    }
}

impl FromStr for Address {
    type Err = AddressFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|e| AddressFault::Malformed(text.to_owned(), e.to_string()))?;
        Self::check(url)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_or_this_machine() {
        for good in
            ["https://example.org/a", "http://127.0.0.1:8080/a", "http://[::1]/a", "http://localhost/a"]
        {
            assert!(good.parse::<Address>().is_ok(), "{good}");
        }
        for bad in [
            "http://example.org/a",
            "http://127.0.0.1.example.org/a",
            "http://localhost.example.org/",
            "http://0.0.0.0/",
            "ftp://example.org/a",
            "file:///etc/passwd",
            "https://me:secret@example.org/",
            "example.org",
            "",
        ] {
            let fault = bad.parse::<Address>().unwrap_err();
            assert!(!fault.to_string().contains("secret"), "{bad}");
        }
    }

    #[test]
    fn a_redirect_is_held_to_the_same() {
        let from: Address = "https://example.org/lists/a.csv".parse().unwrap();
        assert_eq!(from.redirected("../b.csv").unwrap().to_string(), "https://example.org/b.csv");
        assert!(from.redirected("http://example.org/a.csv").is_err());
        assert!(from.redirected("//other.example/a.csv").is_ok());
        assert!(from.redirected("http://127.0.0.1/a.csv").is_err(), "nor may it point into this machine");
        assert!(from.redirected("https://127.0.0.1/a.csv").is_err());
    }

    #[test]
    fn a_mirror_holds_files_below_it() {
        for base in ["https://mirror.example/lists", "https://mirror.example/lists/"] {
            let base: Address = base.parse().unwrap();
            let file = base.below(&["ftm.eu_fsf", "entities.ftm.json"]).unwrap();
            assert_eq!(file.to_string(), "https://mirror.example/lists/ftm.eu_fsf/entities.ftm.json");
        }
    }
}
