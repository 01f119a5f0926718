//! Exact amounts that are cheap where they can be: whole ten-thousandths of a percent as an integer, anything
//! finer as a rational. A case has ten edges, a register of companies ten million; both get the same answer.

use std::cmp::Ordering;

use countersign_model::{Percent, PercentError, Share};

/// An exact, non-negative percent value.
#[derive(Debug, Clone)]
pub(crate) enum Amount {
    /// Ten-thousandths of a percent.
    Units(i64),
    /// A value that is no whole number of them.
    Exact(Box<Percent>),
}

impl Amount {
    /// Nothing.
    pub(crate) const ZERO: Self = Self::Units(0);
    /// All there is: 100 percent.
    pub(crate) const WHOLE: Self = Self::Units(1_000_000);

    /// The same value as `percent`.
    pub(crate) fn of(percent: &Percent) -> Self {
        match percent.ten_thousandths() {
            Some(units) => Self::Units(units),
            None => Self::Exact(Box::new(percent.clone())),
        }
    }

    /// The value as a percent.
    pub(crate) fn percent(&self) -> Percent {
        match self {
            Self::Units(units) => Percent::of_ten_thousandths(*units),
            Self::Exact(percent) => (**percent).clone(),
        }
    }

    /// The sum.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        if let (Self::Units(a), Self::Units(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Self::Units(sum);
        }
        Self::of(&(&self.percent() + &other.percent()))
    }

    /// Adds the least of a span.
    #[inline]
    pub(crate) fn add_least(&mut self, held: &Span) {
        if let (Self::Units(sum), Ends::Units(min, _)) = (&mut *self, &held.0)
            && let Some(more) = sum.checked_add(i64::from(*min))
        {
            *sum = more;
            return;
        }
        *self = self.plus(&held.min());
    }

    /// The difference, not below zero.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        if let (Self::Units(a), Self::Units(b)) = (self, other)
            && let Some(rest) = a.checked_sub(*b)
        {
            return Self::Units(rest.max(0));
        }
        Self::of(&self.percent().saturating_sub(&other.percent()))
    }
}

/// What is known of a share: it lies between two values, both included. Eight bytes more than nothing where both are whole
/// ten-thousandths of a percent, and no big numbers on the way from a text.
#[derive(Debug, Clone)]
pub struct Span(Ends);

#[derive(Debug, Clone)]
enum Ends {
    /// Ten-thousandths of a percent.
    Units(u32, u32),
    /// Values of which one at least is no whole number of them, or too large.
    Exact(Box<(Amount, Amount)>),
}

impl Span {
    /// Between `min` and `max`; [`Graph::new`](crate::Graph::new) refuses ends that are the wrong way round.
    pub fn between(min: &Percent, max: &Percent) -> Self {
        let least = Amount::of(min);
        let most = if min == max { least.clone() } else { Amount::of(max) };
        Self::of(least, most)
    }

    /// Between two plain decimals, as they stand in a file.
    ///
    /// # Errors
    /// [`PercentError`] for a text that is no plain decimal.
    pub fn from_decimals(min: &str, max: &str) -> Result<Self, PercentError> {
        let amount = |text: &str| match units(text) {
            Some(units) => Ok(Amount::Units(units)),
            None => text.parse::<Percent>().map(|percent| Amount::of(&percent)),
        };
        let least = amount(min)?;
        let most = if min == max { least.clone() } else { amount(max)? };
        Ok(Self::of(least, most))
    }

    fn of(min: Amount, max: Amount) -> Self {
        if let (Amount::Units(a), Amount::Units(b)) = (&min, &max)
            && let (Ok(a), Ok(b)) = (u32::try_from(*a), u32::try_from(*b))
        {
            return Self(Ends::Units(a, b));
        }
        Self(Ends::Exact(Box::new((min, max))))
    }

    /// The least.
    pub(crate) fn min(&self) -> Amount {
        match &self.0 {
            Ends::Units(min, _) => Amount::Units(i64::from(*min)),
            Ends::Exact(ends) => ends.0.clone(),
        }
    }

    /// The most.
    pub(crate) fn max(&self) -> Amount {
        match &self.0 {
            Ends::Units(_, max) => Amount::Units(i64::from(*max)),
            Ends::Exact(ends) => ends.1.clone(),
        }
    }

    /// The two are one.
    pub(crate) fn is_exact(&self) -> bool {
        match &self.0 {
            Ends::Units(min, max) => min == max,
            Ends::Exact(ends) => ends.0 == ends.1,
        }
    }

    /// The least is above the most.
    pub(crate) fn is_inverted(&self) -> bool {
        match &self.0 {
            Ends::Units(min, max) => min > max,
            Ends::Exact(ends) => ends.0 > ends.1,
        }
    }

    /// The same as a share.
    pub fn share(&self) -> Share {
        Share { min: self.min().percent(), max: self.max().percent() }
    }
}

impl From<&Share> for Span {
    fn from(share: &Share) -> Self {
        Self::between(&share.min, &share.max)
    }
}

impl From<Share> for Span {
    fn from(share: Share) -> Self {
        Self::from(&share)
    }
}

impl PartialEq for Span {
    fn eq(&self, other: &Self) -> bool {
        self.min() == other.min() && self.max() == other.max()
    }
}

impl Eq for Span {}

/// A plain decimal with at most six digits before the point and four after it, in ten-thousandths.
fn units(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, 6) || !digits(fraction, 4) {
        return None;
    }
    let places = u32::try_from(fraction.len()).ok()?;
    let fraction = fraction.parse::<i64>().ok()? * 10i64.pow(4 - places);
    Some(whole.parse::<i64>().ok()? * 10_000 + fraction)
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Units(a), Self::Units(b)) => a.cmp(b),
            _ => self.percent().cmp(&other.percent()),
        }
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Amount {}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::of(&text.parse().unwrap())
    }

    #[test]
    fn a_decimal_is_the_same_read_either_way() {
        for text in [
            "0",
            "100",
            "49.9",
            "49.9999",
            "49.99999",
            "0.0001",
            "100.00",
            "1234567.5",
            "33.33333333",
            "007.50",
        ] {
            let (direct, parsed) =
                (Span::from_decimals(text, "200").unwrap(), text.parse::<Percent>().unwrap());
            assert_eq!(direct, Span::between(&parsed, &"200".parse().unwrap()), "{text}");
            assert_eq!(direct.share().min, parsed, "{text}");
        }
        for text in ["", ".5", "5.", "-1", "+1", "1e2", "4 9", "0x1", "1,5"] {
            assert!(Span::from_decimals("0", text).is_err(), "{text}");
            assert!(Span::from_decimals(text, text).is_err(), "{text}");
        }
        assert_eq!(size_of::<Span>(), 16);
    }

    #[test]
    fn units_and_rationals_are_one_number_line() {
        assert!(amount("49.999999999999999999") < amount("50"));
        assert!(amount("50.000000000000000001") > amount("50"));
        assert_eq!(amount("49.999999999999999999").plus(&amount("0.000000000000000001")), amount("50.00"));
        assert_eq!(amount("50").minus(&amount("0.00001")).percent().to_string(), "49.99999");
        assert_eq!(amount("10").minus(&amount("20")), Amount::ZERO);
        for text in ["0", "0.0001", "33.3333", "100", "12.34567"] {
            assert_eq!(amount(text).percent().to_string(), text);
        }
    }
}
