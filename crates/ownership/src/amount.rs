//! Exact amounts that are cheap where they can be: whole ten-thousandths of a percent as an integer, anything
//! finer as a rational. A case has ten edges, a register of companies ten million; both get the same answer.

use std::cmp::Ordering;

use countersign_model::Percent;

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
