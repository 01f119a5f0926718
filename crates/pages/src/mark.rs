//! Which mark a value of a view gets, and its word: one place, so that all pages agree.

use crate::frame::Frame;
use crate::text::Tone;
use crate::view::{BandWord, DecisionLine, FindingView, Ground, IndexView, QuestionView};
use crate::words::Words;

impl Ground {
    /// A confirmed finding weighs more than a possible one; a withdrawn one weighs nothing.
    pub fn tone(&self) -> Tone {
        match self.conclusion.as_deref() {
            _ if self.standing == "withdrawn" => Tone::Plain,
            Some("confirmed") => Tone::Stop,
            Some("probable") => Tone::Attention,
            Some("refuted") => Tone::Good,
            _ => Tone::Open,
        }
    }
}

impl FindingView {
    /// Whether it stands.
    pub fn tone(&self) -> Tone {
        match self.status.as_str() {
            "stands" => Tone::Attention,
            "disputed" => Tone::Open,
            _ => Tone::Plain,
        }
    }
}

impl DecisionLine {
    /// What it answered.
    pub fn tone(&self) -> Tone {
        match self.answer.as_str() {
            "PROCEED" => Tone::Good,
            "CONDITIONS" => Tone::Attention,
            "STOP" => Tone::Stop,
            _ => Tone::Open,
        }
    }
}

impl IndexView {
    /// A low band stops; a high one passes nothing, and so is a mere fact.
    pub fn tone(&self) -> Tone {
        match self.bands {
            Some((BandWord::Low, BandWord::Low)) => Tone::Stop,
            Some((BandWord::Low, _)) => Tone::Attention,
            _ => Tone::Plain,
        }
    }
}

impl QuestionView {
    /// What the answer does, in words.
    pub fn effect_word<'w>(&self, words: &'w Words) -> &'w str {
        let words = &words.assess;
        match self.effect.as_str() {
            "stops" => words.stops,
            "stop_unknown" => words.stop_unknown,
            "red_flag" => words.red_flag,
            "mitigated" => words.mitigated,
            "unanswered" => words.unanswered,
            _ => words.in_order,
        }
    }
}

impl Frame {
    /// A band in words.
    pub fn band(&self, band: &BandWord) -> &'static str {
        let words = &self.words().country;
        match band {
            BandWord::Low => words.band_low,
            BandWord::Middle => words.band_middle,
            BandWord::High => words.band_high,
        }
    }

    /// A trend in words; one that has no word is shown as it is.
    pub fn trend<'a>(&'a self, trend: &'a str) -> &'a str {
        let words = &self.words().country;
        match trend {
            "better" => words.better,
            "worse" => words.worse,
            "unchanged" => words.unchanged,
            "inside the noise" => words.noise,
            other => other,
        }
    }
}
