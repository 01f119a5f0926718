//! Exact shares: percent values and intervals over the rationals. No floating point anywhere near a threshold.

use std::fmt;
use std::ops::Add;
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use serde::{Deserialize, Serialize};

/// An exact percent value, 0 to 100 in a holding; sums may exceed 100 while they are formed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(BigRational);

/// A text that is no plain decimal number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a percent; write a plain decimal in quotes, for example '49.99'")]
pub struct PercentError(pub String);

impl Percent {
    /// Nothing.
    pub fn zero() -> Self {
        Self(BigRational::zero())
    }

    /// A whole number of percent.
    pub fn whole(n: i64) -> Self {
        Self(BigRational::from_integer(BigInt::from(n)))
    }

    /// So many ten-thousandths of a percent.
    pub fn of_ten_thousandths(units: i64) -> Self {
        // nearly every value is a whole percent: nothing has to be reduced
        if units % 10_000 == 0 {
            return Self::whole(units / 10_000);
        }
        Self(BigRational::new(BigInt::from(units), BigInt::from(10_000)))
    }

    /// The smaller of two values.
    pub fn min(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// `self - other`, not below zero.
    pub fn saturating_sub(&self, other: &Self) -> Self {
        let rest = &self.0 - &other.0;
        if rest.is_negative() { Self::zero() } else { Self(rest) }
    }

    /// The share of a share: `self` percent of `other` percent, exact.
    pub fn of(&self, other: &Self) -> Self {
        Self(&self.0 * &other.0 / BigRational::from_integer(BigInt::from(100)))
    }

    /// The value times 10,000 where that is a whole 64-bit number (the precision of Cedar's `decimal`), else `None`.
    pub fn ten_thousandths(&self) -> Option<i64> {
        // nearly every share is a small fraction: no big numbers for those
        if let (Some(numerator), Some(denominator)) = (self.0.numer().to_i64(), self.0.denom().to_i64())
            && let Some(scaled) = numerator.checked_mul(10_000)
        {
            return (scaled % denominator == 0).then(|| scaled / denominator);
        }
        let scaled = &self.0 * BigRational::from_integer(BigInt::from(10_000));
        if scaled.is_integer() { i64::try_from(scaled.to_integer()).ok() } else { None }
    }
}

impl Add for &Percent {
    type Output = Percent;

    fn add(self, other: &Percent) -> Percent {
        Percent(&self.0 + &other.0)
    }
}

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || PercentError(text.to_owned());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || (text.contains('.') && !digits(fraction)) || text.len() > 60 {
            return Err(fail());
        }
        let numerator: BigInt = format!("{whole}{fraction}").parse().map_err(|_| fail())?;
        let exponent = u32::try_from(fraction.len()).map_err(|_| fail())?;
        Ok(Self(BigRational::new(numerator, BigInt::from(10).pow(exponent))))
    }
}

impl TryFrom<String> for Percent {
    type Error = PercentError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> Self {
        percent.to_string()
    }
}

impl fmt::Display for Percent {
    /// The shortest exact decimal (`50`, `49.99`); a value with no finite decimal is written as a fraction (`100/3`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut denominator = self.0.denom().clone();
        let mut places: usize = 0;
        let (two, five, ten) = (BigInt::from(2), BigInt::from(5), BigInt::from(10));
        let (mut twos, mut fives) = (0usize, 0usize);
        while (&denominator % &two).is_zero() {
            denominator /= &two;
            twos += 1;
        }
        while (&denominator % &five).is_zero() {
            denominator /= &five;
            fives += 1;
        }
        if denominator != BigInt::from(1) {
            return write!(f, "{}", self.0);
        }
        let mut scaled = self.0.clone();
        while places < twos.max(fives) {
            scaled *= BigRational::from_integer(ten.clone());
            places += 1;
        }
        let digits = scaled.to_integer().to_string();
        if places == 0 {
            return f.write_str(&digits);
        }
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        write!(f, "{whole}.{fraction}")
    }
}

impl fmt::Debug for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}%")
    }
}

/// What is known of a share: it lies between `min` and `max`, both included. `min <= max`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Share {
    /// The least it can be.
    pub min: Percent,
    /// The most it can be.
    pub max: Percent,
}

impl Share {
    /// A share known exactly.
    pub fn exactly(value: Percent) -> Self {
        Self { min: value.clone(), max: value }
    }

    /// Nothing is held.
    pub fn zero() -> Self {
        Self::exactly(Percent::zero())
    }

    /// An interval, its ends included; `None` if `min` is above `max`.
    pub fn between(min: Percent, max: Percent) -> Option<Self> {
        (min <= max).then_some(Self { min, max })
    }

    /// Whether both ends are the same.
    pub fn is_exact(&self) -> bool {
        self.min == self.max
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_exact() { write!(f, "{}", self.min) } else { write!(f, "{} to {}", self.min, self.max) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_print_as_written() {
        for text in ["50", "49.99", "0", "100", "0.0001", "50.01"] {
            assert_eq!(text.parse::<Percent>().unwrap().to_string(), text);
        }
        assert_eq!("50.00".parse::<Percent>().unwrap(), Percent::whole(50));
        assert!("49.999999999999999999".parse::<Percent>().unwrap() < Percent::whole(50));
    }

    #[test]
    fn thirty_and_twenty_are_exactly_fifty() {
        let sum = &"30".parse::<Percent>().unwrap() + &"20".parse::<Percent>().unwrap();
        assert_eq!(sum, Percent::whole(50));
    }

    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        for bad in ["", ".5", "5.", "-1", "1e2", "50%", "fifty", "5,0"] {
            assert!(bad.parse::<Percent>().is_err(), "{bad}");
        }
    }
}
