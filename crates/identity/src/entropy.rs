//! The one place that asks the operating system for random bytes. Everything else takes them as arguments.

/// The operating system gives no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes: {0}")]
pub struct EntropyFault(String);

/// Fresh random bytes, fit for keys.
pub fn fresh<const N: usize>() -> Result<[u8; N], EntropyFault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| EntropyFault(error.to_string()))?;
    Ok(bytes)
}
