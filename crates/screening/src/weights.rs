//! What facts besides the name count.

use serde::{Deserialize, Serialize};

/// What each fact adds where it agrees, and takes off as a share where it does not. All from 0 to 1; 0 leaves a fact out.
///
/// Disagreements weigh more the more bearers a name has: each `*_differs` of date and country is raised towards
/// `1 + common` times itself for persons' names that thousands bear (`docs/reference/screening.md`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weights {
    /// The birth date agrees to the day: added.
    pub birth_day: f64,
    /// To the month, where one side knows no more, or with day and month exchanged: added.
    pub birth_month: f64,
    /// To the year, where one side knows no more: added.
    pub birth_year: f64,
    /// It is off by what slips and calendars do: some days, one number, the year before or after. Share taken off.
    pub birth_near: f64,
    /// It is off by a year or two and more than that, or by months.
    pub birth_off: f64,
    /// It is years off.
    pub birth_differs: f64,
    /// A country agrees: added.
    pub country: f64,
    /// No country agrees.
    pub country_differs: f64,
    /// The birth date agrees to the day and a country does too: added beside both.
    pub birth_day_and_country: f64,
    /// An address agrees, by its postal code and a place or by three words: added.
    pub address: f64,
    /// A city agrees: added.
    pub city: f64,
    /// The gender differs.
    pub gender_differs: f64,
    /// A ship or a legal entity has another official number.
    pub identifier_differs: f64,
    /// How much more a birth date that differs weighs for the most common names.
    pub common_birth: f64,
    /// How much more a country that differs weighs for the most common names.
    pub common_country: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            birth_day: 0.22,
            birth_month: 0.17,
            birth_year: 0.15,
            birth_near: 0.05,
            birth_off: 0.15,
            birth_differs: 0.28,
            country: 0.05,
            country_differs: 0.06,
            birth_day_and_country: 0.05,
            address: 0.06,
            city: 0.02,
            gender_differs: 0.15,
            identifier_differs: 0.15,
            common_birth: 0.45,
            common_country: 3.6,
        }
    }
}

impl Weights {
    /// The name and value of the first weight that is out of range.
    pub(crate) fn out_of_range(&self) -> Option<(&'static str, f64)> {
        let Self {
            birth_day,
            birth_month,
            birth_year,
            birth_near,
            birth_off,
            birth_differs,
            country,
            country_differs,
            birth_day_and_country,
            address,
            city,
            gender_differs,
            identifier_differs,
            common_birth,
            common_country,
        } = *self;
        let shares = [
            ("birth_day", birth_day),
            ("birth_month", birth_month),
            ("birth_year", birth_year),
            ("birth_near", birth_near),
            ("birth_off", birth_off),
            ("birth_differs", birth_differs),
            ("country", country),
            ("country_differs", country_differs),
            ("birth_day_and_country", birth_day_and_country),
            ("address", address),
            ("city", city),
            ("gender_differs", gender_differs),
            ("identifier_differs", identifier_differs),
        ];
        let factors = [("common_birth", common_birth), ("common_country", common_country)];
        let share = shares.into_iter().find(|(_, value)| !(0.0..=1.0).contains(value));
        share.or_else(|| factors.into_iter().find(|(_, value)| !(0.0..=10.0).contains(value)))
    }
}
