//! Where webhooks may go: what whoever started the server wrote on the command line.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// The beginning of addresses to which messages may be sent: scheme, host, port, and a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination(Url);

impl Destination {
    /// Whether an address lies below it.
    pub(crate) fn allows(&self, address: &Url) -> bool {
        let folder = self.0.path().trim_end_matches('/');
        let below =
            address.path().strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.0.scheme() == address.scheme()
            && self.0.host() == address.host()
            && self.0.port_or_known_default() == address.port_or_known_default()
            && below
    }
}

/// Reads an address to which something may be sent.
///
/// # Errors
/// Why it cannot be one, in a sentence.
pub(crate) fn address(text: &str) -> Result<Url, String> {
    let url =
        Url::parse(text).map_err(|e| format!("`{text}` is no address: {e}; write https://HOST/PATH"))?;
    let loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return Err(format!("`{text}` names no host")),
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
        return Err(format!("`{text}` is not https, and http goes to this machine itself only"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address holds no name and password: messages are signed instead".to_owned());
    }
    if url.fragment().is_some() {
        return Err(format!("`{text}` has a part after `#`, which is never sent"));
    }
    // a receiver that decodes before it divides would leave the folder
    let path = url.path().to_ascii_lowercase();
    if path.contains("%2f") || path.contains("%5c") {
        return Err(format!("`{text}` hides a `/` in its path; write it as it is"));
    }
    Ok(url)
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = address(text)?;
        if url.query().is_some() {
            return Err(format!("`{text}` has a part after `?`; name host and folder alone"));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_is_allowed() {
        let hooks: Destination = "https://hooks.example.org/countersign".parse().unwrap();
        for (text, allowed) in [
            ("https://hooks.example.org/countersign", true),
            ("https://hooks.example.org/countersign/a?b=c", true),
            ("https://hooks.example.org:443/countersign/", true),
            ("https://hooks.example.org/countersigned", false),
            ("https://hooks.example.org/countersign/../admin", false),
            ("https://hooks.example.org/countersign/%2e%2e/admin", false),
            ("https://hooks.example.org/countersign/..%2Fadmin", false),
            ("https://hooks.example.org/", false),
            ("https://hooks.example.org:8443/countersign", false),
            ("https://hooks.example.org.evil.example/countersign", false),
            ("https://169.254.169.254/countersign", false),
        ] {
            assert_eq!(address(text).is_ok_and(|url| hooks.allows(&url)), allowed, "{text}");
        }
    }

    #[test]
    fn an_address_is_https_or_this_machine_and_holds_no_secret() {
        for text in ["https://a.example", "http://127.0.0.1:9/x", "http://[::1]/", "http://localhost:8080"] {
            assert!(address(text).is_ok(), "{text}");
        }
        for text in [
            "http://a.example",
            "http://127.0.0.1.evil.example",
            "http://10.0.0.1/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "https://user:secret@a.example",
            "a.example",
            "",
            "https://a.example/#x",
        ] {
            assert!(address(text).is_err(), "{text}");
        }
        assert!("https://a.example/?x=1".parse::<Destination>().is_err());
    }
}
