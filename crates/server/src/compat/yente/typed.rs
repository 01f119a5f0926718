//! Parameters of the query string, read as the framework of yente reads them: a value of the wrong form, or none where the key
//! stands, is refused with the type of fault that its clients know.

use serde_json::{Value, json};

use super::Fault;
use crate::params::Params;

/// The last value of a key, the empty one included; `None` where the key does not stand.
fn sent<'a>(params: &'a Params, key: &str) -> Option<&'a str> {
    params.pairs().filter(|(k, _)| *k == key).last().map(|(_, v)| v)
}

/// A whole number between two bounds.
pub(in crate::compat) fn whole(
    params: &Params,
    key: &str,
    absent: usize,
    most: usize,
) -> Result<usize, Fault> {
    let Some(text) = sent(params, key) else { return Ok(absent) };
    // `5.0` and ` 5 ` are whole numbers to the framework
    let trimmed = text.trim();
    let plain = trimmed.strip_suffix(".0").unwrap_or(trimmed);
    let number = plain.parse::<i64>().map_err(|_| {
        let message = "Input should be a valid integer, unable to parse string as an integer";
        Fault::parameter("int_parsing", key, message, text, Value::Null)
    })?;
    if number < 0 {
        let message = "Input should be greater than or equal to 0";
        return Err(Fault::parameter("greater_than_equal", key, message, text, json!({"ge": 0})));
    }
    usize::try_from(number).ok().filter(|n| *n <= most).ok_or_else(|| {
        let message = format!("Input should be less than or equal to {most}");
        Fault::parameter("less_than_equal", key, &message, text, json!({ "le": most }))
    })
}

/// A number from 0 to 1.
pub(super) fn share(params: &Params, key: &str, absent: f64) -> Result<f64, Fault> {
    let Some(text) = sent(params, key) else { return Ok(absent) };
    let number = text.trim().parse::<f64>().ok().filter(|n| n.is_finite()).ok_or_else(|| {
        let message = "Input should be a valid number, unable to parse string as a number";
        Fault::parameter("float_parsing", key, message, text, Value::Null)
    })?;
    if number < 0.0 {
        let message = "Input should be greater than or equal to 0";
        return Err(Fault::parameter("greater_than_equal", key, message, text, json!({"ge": 0.0})));
    }
    if number > 1.0 {
        let message = "Input should be less than or equal to 1";
        return Err(Fault::parameter("less_than_equal", key, message, text, json!({"le": 1.0})));
    }
    Ok(number)
}

/// A switch.
pub(super) fn switch(params: &Params, key: &str, absent: bool) -> Result<bool, Fault> {
    let Some(text) = sent(params, key) else { return Ok(absent) };
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" | "t" | "y" => Ok(true),
        "false" | "0" | "no" | "off" | "f" | "n" => Ok(false),
        _ => {
            let message = "Input should be a valid boolean, unable to interpret input";
            Err(Fault::parameter("bool_parsing", key, message, text, Value::Null))
        }
    }
}

/// One of a few words, for each value that was sent. `listed`: whether the key may come several times.
pub(super) fn one_of(params: &Params, key: &str, words: &[&str], listed: bool) -> Result<(), Fault> {
    let values = params.pairs().filter(|(k, _)| *k == key).map(|(_, value)| value);
    let Some((at, wrong)) = values.enumerate().find(|(_, value)| !words.contains(value)) else {
        return Ok(());
    };
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let expected = match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    };
    let place = if listed { json!(["query", key, at]) } else { json!(["query", key]) };
    Err(Fault::at("enum", &place, &format!("Input should be {expected}"), json!(wrong)))
}
