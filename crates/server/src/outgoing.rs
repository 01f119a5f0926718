//! The client with which the server asks others: an identity provider, a receiver of webhooks.

use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Proxy as UreqProxy};

/// Whether the proxy that the environment names is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proxy {
    /// It is.
    OfTheEnvironment,
    /// None is.
    None,
}

/// A client that goes where it is sent and nowhere else: nobody may send the server to another address. Every status is an
/// answer; an answer that takes longer than `patience` is a failure.
pub(crate) fn agent(patience: Duration, proxy: Proxy) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let proxy = match proxy {
        Proxy::OfTheEnvironment => UreqProxy::try_from_env(),
        Proxy::None => None,
    };
    Agent::config_builder()
        .tls_config(tls)
        .proxy(proxy)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_global(Some(patience))
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}
