//! White space as a publisher's table or page happens to have it, made even.

use std::borrow::Cow;

use countersign_model::Entity;

/// Makes runs of white space one blank. Publishers break lines anew in every edition; that is no change of an entry.
pub(crate) fn tidy(entity: &mut Entity) {
    for values in entity.properties.values_mut() {
        if values.iter().all(|value| matches!(squeeze(value), Cow::Borrowed(same) if same == value)) {
            continue;
        }
        let mut tidied: Vec<String> = Vec::with_capacity(values.len());
        for value in values.iter().map(|value| squeeze(value).into_owned()) {
            if !tidied.contains(&value) {
                tidied.push(value);
            }
        }
        *values = tidied;
    }
}

/// Runs of white space become one blank; ends are trimmed.
pub(crate) fn squeeze(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    let mut blank = false;
    let untidy = trimmed.chars().any(|c| {
        let twice = c.is_whitespace() && (blank || c != ' ');
        blank = c.is_whitespace();
        twice
    });
    if untidy {
        Cow::Owned(trimmed.split_whitespace().collect::<Vec<_>>().join(" "))
    } else {
        Cow::Borrowed(trimmed)
    }
}
