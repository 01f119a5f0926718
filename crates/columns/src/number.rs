//! Check digits: a number with a slip agrees with nothing, and nobody would notice.

/// Whether a number of FollowTheMoney's `property` holds its own check digits. `true` for numbers that have none.
///
/// Ships: resolution A.1117(30) of the IMO; owners and managers: A.1079(28) and MSC.160(78); LEI: ISO 17442 by ISO 7064 MOD 97-10.
pub fn checks(property: &str, value: &str) -> bool {
    match property {
        "imoNumber" => imo(value),
        "leiCode" => lei(value),
        _ => true,
    }
}

fn imo(value: &str) -> bool {
    let folded: String = value.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
    let bare = folded.strip_prefix("IMO").unwrap_or(&folded);
    let bare = bare.strip_prefix("NO").unwrap_or(bare);
    let digits: Option<Vec<u32>> = bare.chars().map(|c| c.to_digit(10)).collect();
    let Some([first @ .., last]) = digits.as_deref() else { return false };
    if first.len() != 6 {
        return false;
    }
    let sum =
        |weights: [u32; 6]| first.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>();
    // a ship, or the company of one
    sum([7, 6, 5, 4, 3, 2]) % 10 == *last || (sum([8, 6, 4, 2, 9, 7]) % 11) % 10 == *last
}

fn lei(value: &str) -> bool {
    let folded: Vec<char> = value.chars().filter(|c| c.is_alphanumeric()).collect();
    if folded.len() != 20 {
        return false;
    }
    let rest = folded.iter().try_fold(0u32, |rest, c| {
        let value = c.to_digit(36)?;
        Some((rest * if value < 10 { 10 } else { 100 } + value) % 97)
    });
    rest == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_number_of_a_ship_or_a_legal_entity_is_seen() {
        // the examples of the two schemes' own documents
        for (property, value) in [
            ("imoNumber", "9074729"),
            ("imoNumber", "IMO 9074729"),
            ("imoNumber", "imo no. 9074729"),
            ("leiCode", "7ZW8QJWVPR4P1J1KQY45"),
            ("leiCode", "7zw8-qjwv-pr4p-1j1k-qy45"),
            ("passportNumber", "anything"),
        ] {
            assert!(checks(property, value), "{value}");
        }
        for (property, value) in [
            ("imoNumber", "abc"),
            ("imoNumber", "913724"),
            ("imoNumber", "9074792"),
            ("leiCode", "7ZW8QJWVPR4P1J1KQY54"),
            ("leiCode", "7ZW8QJWVPR4P1J1KQ"),
            ("leiCode", ""),
        ] {
            assert!(!checks(property, value), "{value}");
        }
    }
}
