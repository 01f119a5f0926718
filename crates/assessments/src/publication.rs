//! Publication and participation: PUB-01 to PUB-05 (assessment method, section 5). PUB-06, that nothing uploaded
//! after the act counts, is the gate's, which knows the day of the act.

use countersign_model::{CountryCode, Date, Digest};
use serde::Serialize;

use crate::answer::Fact;
use crate::document::{Assessment, Stage};
use crate::participation::Outcome;
use crate::words::Checked;

/// Days for which the draft must lie open (EIA Directive, Art 6(7)).
pub const COMMENT_DAYS: i64 = 30;

/// The fewest days in an urgent case, with the reason published (a convention of this project).
pub const URGENT_DAYS: i64 = 10;

const LANGUAGES: &str = include_str!("../../../assessments/official-languages.csv");

/// What was logged of the assessment.
#[derive(Debug, Clone, Default)]
pub struct Logged<'a> {
    /// When the draft became public (UTC day).
    pub draft: Option<Date>,
    /// When the final text did.
    pub last: Option<Date>,
    /// The last day for comments that the draft's record announced.
    pub announced: Option<Date>,
    /// The comments logged on the draft, by SHA-256.
    pub comments: &'a [Digest],
}

impl Logged<'_> {
    /// Whether the final text came before the time for comments that was announced with the draft was over.
    pub fn was_shortened(&self) -> bool {
        self.last.zip(self.announced).is_some_and(|(last, announced)| last <= announced)
    }
}

/// One rule that does not hold, or cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// `PUB-01` …
    pub rule: String,
    /// It failed; otherwise it leads to conditions at best, or is still open.
    pub failed: bool,
    /// Why.
    pub why: String,
}

/// The days for which comments were open, whole days in UTC: those between the day of the draft and the day of the final text,
/// of which neither is whole, cut by the window that the document itself states, and by the last day that was announced with
/// the draft: who read it did not comment later. None at all for a final text without a draft, and for one that came before the
/// announced time was over: who was told that there was time did not comment sooner. `None` while there is no final text.
pub fn comment_days(document: &Assessment, logged: &Logged<'_>) -> Option<i64> {
    let last = logged.last?;
    let Some(draft) = logged.draft else { return Some(0) };
    if logged.was_shortened() {
        return Some(0);
    }
    let (first, before) = (draft.tomorrow().ok()?, last.yesterday().ok()?);
    let opens = document.dates.comments_open.map_or(first, |day| day.0.max(first));
    let closes = document.dates.comments_close.map_or(before, |day| day.0.min(before));
    let closes = logged.announced.map_or(closes, |day| day.min(closes));
    Some((i64::from(opens.until(closes).ok()?.get_days()) + 1).max(0))
}

/// The official languages of a country; `None` where the table does not have it.
pub fn official_languages(country: CountryCode) -> Option<Vec<&'static str>> {
    LANGUAGES.lines().skip(1).find_map(|line| {
        let mut cells = line.split(',');
        (cells.next()? == country.as_str()).then(|| cells.next().unwrap_or_default().split(' ').collect())
    })
}

/// Checks the rules that a document and the log can tell.
pub fn check_publication(document: &Assessment, logged: &Logged<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut gap =
        |rule: &str, failed: bool, why: String| gaps.push(Gap { rule: rule.to_owned(), failed, why });
    window(document, logged, &mut gap);
    summaries(document, &mut gap);
    channel(document, &mut gap);
    comments(document, logged, &mut gap);
    if document.declarations.is_empty() {
        gap("PUB-05", true, "there are no declarations".into());
    }
    if document.answers.is_empty() {
        gap("PUB-05", true, "the questionnaire is empty".into());
    }
    if document.conclusion.trim().is_empty() {
        gap("PUB-05", true, "there is no conclusion".into());
    }
    gaps
}

/// PUB-01: for how long comments were open.
fn window(document: &Assessment, logged: &Logged<'_>, gap: &mut impl FnMut(&str, bool, String)) {
    match comment_days(document, logged) {
        Some(_) if logged.draft.is_some() && logged.was_shortened() => {
            let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            gap(
                "PUB-01",
                true,
                format!(
                    "comments were announced until {}, and the final text came on {}: a window is not shortened",
                    day(logged.announced),
                    day(logged.last)
                ),
            );
        }
        None => gap("PUB-01", false, "the draft and the final text are not both in the log yet".into()),
        Some(days) if days >= COMMENT_DAYS => {}
        Some(days) if days >= URGENT_DAYS && document.urgent_reason.is_some() => {
            gap(
                "PUB-01",
                false,
                format!("comments were open for {days} days; the urgent reason leads to conditions at best"),
            );
        }
        Some(days) => {
            gap("PUB-01", true, format!("comments were open for {days} days; {COMMENT_DAYS} are needed"));
        }
    }
}

/// PUB-02: a summary, in a language of the destination where there is one.
fn summaries(document: &Assessment, gap: &mut impl FnMut(&str, bool, String)) {
    if let (Stage::S, Some(country)) = (document.stage, document.destination) {
        match official_languages(country) {
            None => gap(
                "PUB-02",
                false,
                format!("the official languages of `{}` are not in the table", country.as_str()),
            ),
            Some(languages) if languages.iter().any(|l| has_summary(document, l)) => {}
            Some(languages) => gap(
                "PUB-02",
                true,
                format!("no summary in an official language of the destination ({})", languages.join(", ")),
            ),
        }
    } else if document.summaries.values().all(|s| s.trim().is_empty()) {
        gap("PUB-02", true, "there is no summary".into());
    }
}

/// PUB-03: a channel for comments that anyone can use.
fn channel(document: &Assessment, gap: &mut impl FnMut(&str, bool, String)) {
    let channel = &document.comment_channel;
    let open = [
        (channel.anonymous, "anonymous"),
        (channel.without_account, "open without an account"),
        (channel.over_tor, "reachable over Tor"),
    ];
    for (fact, what) in open {
        match fact {
            Fact::Yes => {}
            Fact::No => gap("PUB-03", true, format!("the channel for comments is not {what}")),
            Fact::Unknown => {
                gap("PUB-03", false, format!("whether the channel for comments is {what} is not said"));
            }
        }
    }
    if channel.address.trim().is_empty() {
        gap("PUB-03", true, "there is no address for comments".into());
    }
}

/// PUB-04: an answer to every comment, and to no other.
fn comments(document: &Assessment, logged: &Logged<'_>, gap: &mut impl FnMut(&str, bool, String)) {
    for comment in logged.comments {
        match document.comments.iter().find(|d| d.comment == *comment) {
            None => gap("PUB-04", true, format!("the comment {} has no answer", comment.short())),
            Some(d) if d.outcome == Outcome::Rejected && d.reason.trim().is_empty() => {
                gap("PUB-04", true, format!("the comment {} was rejected without a reason", comment.short()));
            }
            Some(_) => {}
        }
    }
    for disposition in document.comments.iter().filter(|d| !logged.comments.contains(&d.comment)) {
        gap(
            "PUB-04",
            true,
            format!("the comment {} that is answered was never logged", disposition.comment.short()),
        );
    }
}

fn has_summary(document: &Assessment, language: &str) -> bool {
    document
        .summaries
        .iter()
        .any(|(l, text)| l.split('-').next() == Some(language) && !text.trim().is_empty())
}

/// The conditions that are still open.
pub fn open_conditions(document: &Assessment) -> &[String] {
    document.conditions.as_ref().map_or(&[], Checked::members)
}
