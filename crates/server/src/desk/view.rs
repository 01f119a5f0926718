//! What the pages of the console show, and sending them. The templates escape whatever they are given.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_desk::Signature;
use countersign_identity::Role;
use countersign_model::Digest;
use countersign_pages::Language;
use countersign_pages::text::{self, Html, Tone};
use countersign_pages::words::Words;

use super::entry::Row;
use super::speech;
use crate::access::Who;
use crate::problem::Problem;

/// What stands around every page.
#[derive(Clone)]
pub(crate) struct Shell {
    pub(crate) title: String,
    pub(crate) nav: Vec<NavItem>,
    pub(crate) who: String,
    pub(crate) csrf: String,
    pub(crate) language: Language,
    pub(crate) w: &'static Words,
    /// Path and query of the page, to be asked for in the other language.
    place: String,
}

#[derive(Debug, Clone)]
pub(crate) struct NavItem {
    href: &'static str,
    word: &'static str,
    here: bool,
}

impl Shell {
    /// Without navigation: before signing in.
    pub(crate) fn bare(who: &Who, title: &str, csrf: &str) -> Self {
        Self {
            title: title.to_owned(),
            nav: Vec::new(),
            who: String::new(),
            csrf: csrf.to_owned(),
            language: who.language,
            w: who.language.words(),
            place: who.place.clone(),
        }
    }

    /// For someone who is signed in. `here` is the word of the page.
    pub(crate) fn of(who: &Who, title: &str, here: &str) -> Result<Self, Problem> {
        let caller = who.caller()?;
        let has = |roles: &[Role]| roles.iter().any(|role| caller.roles.contains(role));
        let desk =
            has(&[Role::Analyst, Role::Approver, Role::LicensingOfficer, Role::Auditor, Role::Administrator]);
        let item = |key: &str, href, word| NavItem { href, word, here: key == here };
        let w = &who.language.words().desk;
        let mut nav = Vec::new();
        if desk {
            nav.push(item("queue", "/desk", w.queue));
            nav.push(item("mine", "/desk/mine", w.mine));
            nav.push(item("closed", "/desk/closed", w.closed));
        }
        if has(&[Role::Auditor, Role::Administrator]) {
            nav.push(item("audit", "/desk/audit", w.audit));
        }
        if has(&[Role::Administrator]) {
            nav.push(item("people", "/people", w.people));
        }
        nav.push(item("account", "/account", w.account));
        Ok(Self { nav, who: caller.full_name.clone(), ..Self::bare(who, title, &who.csrf()) })
    }

    /// The page in each language.
    pub(crate) fn languages(&self) -> Vec<(Language, String)> {
        let joint = if self.place.contains('?') { '&' } else { '?' };
        Language::ALL
            .into_iter()
            .map(|language| (language, format!("{}{joint}lang={}", self.place, language.code())))
            .collect()
    }
}

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident, $path:literal { $($field:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Template)]
        #[template(path = $path)]
        pub(crate) struct $name {
            $(pub(crate) $field: $kind,)*
        }
    )*};
}

pages! {
    /// Signing in. `provider`: the name of the identity provider. `set_up`: whether there is anyone who can.
    SignInPage, "console/sign-in.html" {
        shell: Shell, next: String, fault: Option<String>, provider: Option<String>, set_up: bool,
    }
    /// A one-time link. `user` is absent for the set-up link.
    WelcomePage, "console/welcome.html" {
        shell: Shell, link: String, user: Option<String>, fault: Option<String>, provider: Option<String>,
    }
    /// One's own account. `said`: whether it is good, and what.
    AccountPage, "console/account.html" {
        shell: Shell, name: String, full_name: String, roles: Vec<String>, signing_key: String,
        provider: Option<String>, codes: bool, qr: Html, secret: String, secret_address: String,
        recovery_left: usize, recovery_shown: Vec<String>, passkeys: Vec<PasskeyRow>, sessions: Vec<SessionRow>,
        scopes: Vec<&'static str>, keys: Vec<KeyRow>, said: Option<(bool, String)>, key: Option<String>,
    }
    /// The people. `link`: for whom, and the path.
    PeoplePage, "console/people.html" {
        shell: Shell, people: Vec<PersonRow>, roles: Vec<(&'static str, String)>, link: Option<(String, String)>,
        fault: Option<String>,
    }
    /// What waits.
    QueuePage, "console/queue.html" { shell: Shell, matches: Vec<MatchLine>, cases: Vec<CaseLine>, may_work: bool, }
    /// Cases in a table.
    CasesPage, "console/cases.html" {
        shell: Shell, lede: &'static str, empty: &'static str, cases: Vec<CaseLine>, closed: bool,
    }
    /// A new case.
    NewPage, "console/new.html" { shell: Shell, }
    /// A case.
    CasePage, "console/case.html" { shell: Shell, c: CaseView, }
    /// A possible match.
    MatchPage, "console/match.html" { shell: Shell, m: MatchView, }
    /// The audit log.
    AuditPage, "console/audit.html" { shell: Shell, rows: Vec<Row>, older: Option<u64>, case: String, query: String, also: String, }
    /// The paper, to be printed.
    PaperPage, "console/paper.html" {
        shell: Shell, case: String, title: String, state: String, sha256: String, text: String,
        written_in: Language, signatures: Vec<SignatureRow>, also: String,
    }
    /// The letter, to be printed.
    LetterPage, "console/letter.html" {
        shell: Shell, case: String, title: String, text: String, written_in: Language, also: String,
    }
    /// A refusal.
    RefusedPage, "console/refused.html" {
        shell: Shell, status: u16, words: String, words_language: Language, back: Option<String>,
    }
}

/// An API key in a table.
pub(crate) struct KeyRow {
    pub(crate) id: String,
    pub(crate) purpose: String,
    pub(crate) scopes: String,
    pub(crate) expires: String,
    pub(crate) holds: bool,
}

/// A passkey in a table.
pub(crate) struct PasskeyRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) since: String,
}

/// A session in a table.
pub(crate) struct SessionRow {
    pub(crate) begun: String,
    pub(crate) seen: String,
    pub(crate) this: bool,
}

/// A person in a table.
pub(crate) struct PersonRow {
    pub(crate) name: String,
    pub(crate) full_name: String,
    pub(crate) roles: Vec<&'static str>,
    pub(crate) role_words: String,
    pub(crate) provider: Option<String>,
    pub(crate) disabled: bool,
    pub(crate) waits: bool,
    pub(crate) codes: bool,
    pub(crate) passkeys: bool,
    pub(crate) keys: usize,
}

/// A possible match in a table.
pub(crate) struct MatchLine {
    pub(crate) case: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) caption: String,
    pub(crate) source: String,
    pub(crate) score: String,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
}

/// A case in a table.
pub(crate) struct CaseLine {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) applicant: String,
    pub(crate) waits: String,
    pub(crate) due: String,
    pub(crate) late: bool,
    pub(crate) assigned: String,
}

/// A countersignature.
pub(crate) struct SignatureRow {
    pub(crate) place: usize,
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) time: String,
    pub(crate) key: String,
    pub(crate) entry: u64,
}

impl SignatureRow {
    pub(crate) fn of(signature: &Signature, language: Language) -> Self {
        Self {
            place: signature.place,
            name: signature.by.by.name.clone(),
            role: speech::role(signature.role, language),
            time: signature.by.time.clone(),
            key: signature.key.clone(),
            entry: signature.by.index,
        }
    }
}

/// Everything that a case page shows.
pub(crate) struct CaseView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) applicant: String,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) is_decided: bool,
    /// The word, whether it is done, whether it is now.
    pub(crate) stages: Vec<(&'static str, bool, bool)>,
    /// Empty where it waits for nothing.
    pub(crate) waits: &'static str,
    pub(crate) due: String,
    pub(crate) late: bool,
    pub(crate) assigned: String,
    pub(crate) mine: bool,
    /// Whom it can be given to: id and name.
    pub(crate) colleagues: Vec<(String, String)>,
    pub(crate) opened: String,
    pub(crate) opened_by: String,
    pub(crate) policy: String,
    pub(crate) facts: Option<String>,
    pub(crate) facts_text: String,
    pub(crate) check: Option<CheckView>,
    pub(crate) stale: bool,
    pub(crate) matches: Vec<MatchLine>,
    pub(crate) documents: Vec<DocumentRow>,
    pub(crate) questions: Vec<QuestionRow>,
    pub(crate) outcomes: Vec<OutcomeRow>,
    pub(crate) proposal: Option<ProposalView>,
    pub(crate) returned: Option<String>,
    pub(crate) escalated: Option<String>,
    pub(crate) decisions: Vec<DecisionRow>,
    pub(crate) appeals: Vec<String>,
    /// By whom, when, what.
    pub(crate) notes: Vec<(String, String, String)>,
    pub(crate) timeline: Vec<TimelineRow>,
    /// What the reader may do.
    pub(crate) may: May,
}

/// What the reader may do now.
pub(crate) struct May {
    pub(crate) work: bool,
    pub(crate) note: bool,
    /// The place and the role of the signature.
    pub(crate) sign: Option<(String, String)>,
    pub(crate) has_key: bool,
    pub(crate) why_not_sign: String,
    pub(crate) send_back: bool,
    pub(crate) decide: bool,
    pub(crate) escalate: bool,
    pub(crate) appeal: bool,
}

/// A document in a table.
pub(crate) struct DocumentRow {
    pub(crate) name: String,
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
    pub(crate) from: &'static str,
    pub(crate) about: String,
    pub(crate) added: String,
}

/// A question in a table.
pub(crate) struct QuestionRow {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) due: String,
    pub(crate) late: bool,
    pub(crate) open: bool,
    pub(crate) answer: String,
}

/// An outcome that can be proposed, or why not.
pub(crate) struct OutcomeRow {
    pub(crate) id: String,
    pub(crate) words: String,
    pub(crate) signatures: String,
    pub(crate) not_yet: Option<String>,
}

/// A proposal with its signatures.
pub(crate) struct ProposalView {
    pub(crate) words: String,
    pub(crate) reason: String,
    pub(crate) conditions: Vec<String>,
    pub(crate) by: String,
    pub(crate) paper: String,
    pub(crate) paper_text: String,
    pub(crate) written_in: Language,
    pub(crate) signatures: Vec<SignatureRow>,
    pub(crate) missing: Vec<String>,
}

/// A decision in a list.
pub(crate) struct DecisionRow {
    pub(crate) number: usize,
    pub(crate) words: String,
    pub(crate) time: String,
    pub(crate) signers: String,
}

/// A step in the timeline.
pub(crate) struct TimelineRow {
    pub(crate) entry: u64,
    pub(crate) time: String,
    pub(crate) by: String,
    pub(crate) words: String,
}

/// The outcome of a check.
pub(crate) struct CheckView {
    pub(crate) answer: String,
    pub(crate) answer_words: String,
    pub(crate) mark: &'static str,
    pub(crate) as_of: String,
    pub(crate) entry: u64,
    pub(crate) by: String,
    pub(crate) regimes: Vec<RegimeRow>,
    /// Those that asked for nothing: title and verdict.
    pub(crate) silent: Vec<(String, String)>,
    pub(crate) flags: Vec<(String, String, String)>,
    pub(crate) missing: Vec<(String, String, String)>,
    pub(crate) counterfactuals: Vec<(String, String)>,
    pub(crate) warnings: Vec<String>,
}

/// The verdict of one regime.
pub(crate) struct RegimeRow {
    pub(crate) title: String,
    pub(crate) verdict: String,
    pub(crate) open: bool,
    pub(crate) rules: Vec<RuleRow>,
}

/// A rule that determined.
pub(crate) struct RuleRow {
    pub(crate) rule: String,
    pub(crate) citation: String,
    pub(crate) why: String,
    pub(crate) verification: String,
    pub(crate) tone: &'static str,
    pub(crate) facts: Vec<(String, String)>,
}

/// Everything that the page of a possible match shows.
pub(crate) struct MatchView {
    pub(crate) case: String,
    pub(crate) case_title: String,
    pub(crate) id: String,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    /// Whether a second person must look at every decision.
    pub(crate) two: bool,
    pub(crate) score: String,
    pub(crate) line: String,
    pub(crate) asked: Vec<(String, String)>,
    pub(crate) listed: Vec<(String, Vec<String>)>,
    pub(crate) listings: Vec<String>,
    pub(crate) parts: Vec<(String, String, String, String)>,
    pub(crate) only_asked: String,
    pub(crate) only_listed: String,
    pub(crate) adjustments: Vec<(String, String, String, &'static str, String)>,
    pub(crate) said: Option<SaidView>,
    pub(crate) later: Option<String>,
    pub(crate) returned: Option<String>,
    pub(crate) evidence: Vec<(String, String)>,
    pub(crate) may_say: bool,
    pub(crate) may_confirm: bool,
    pub(crate) document: String,
}

/// What someone said about it.
pub(crate) struct SaidView {
    pub(crate) verdict: &'static str,
    pub(crate) reason: String,
    pub(crate) by: String,
    pub(crate) name: String,
    pub(crate) evidence: Vec<String>,
    pub(crate) confirmed: String,
    pub(crate) until: String,
    pub(crate) condition: String,
}

/// The address of the style sheet; it changes with its content, so that it may be kept for ever.
pub(crate) fn style() -> String {
    let digest = Digest::of(countersign_pages::assets::STYLE.as_bytes()).to_string();
    format!("/static/countersign.css?v={}", digest.chars().take(12).collect::<String>())
}

/// Sends a page.
pub(crate) fn page(page: &impl Template) -> Result<Response, Problem> {
    let html = page.render().map_err(|e| Problem::program(&e))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], html).into_response())
}

/// After a form: another page.
pub(crate) fn see_other(place: &str) -> Response {
    match HeaderValue::from_str(place) {
        Ok(place) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
        Err(_) => Problem::input("this is no address").into_response(),
    }
}

/// A refusal as a page.
pub(crate) fn refused(who: &Who, problem: &Problem) -> Response {
    refusal(who, problem, None)
}

/// The same after a form that was not taken, with the way back to it.
pub(crate) fn refused_with_way_back(who: &Who, problem: &Problem, back: &str) -> Response {
    refusal(who, problem, Some(back.to_owned()))
}

fn refusal(who: &Who, problem: &Problem, back: Option<String>) -> Response {
    let status = problem.status();
    let (words, words_language) = problem.detail_in(who.language);
    let title = who.language.words().desk.refused;
    // who is signed in keeps the ways to everything else
    let shell = Shell::of(who, title, "").unwrap_or_else(|_| Shell::bare(who, title, ""));
    let page_of =
        RefusedPage { shell, status: status.as_u16(), words: text::sentence(words), words_language, back };
    match page(&page_of) {
        Ok(mut response) => {
            *response.status_mut() = status;
            response
        }
        Err(problem) => problem.into_response(),
    }
}

/// A status: shape, colour and word.
pub(crate) fn mark(tone: &str, word: &str) -> Html {
    let tone = match tone {
        "good" => Tone::Good,
        "attention" => Tone::Attention,
        "stop" => Tone::Stop,
        "open" => Tone::Open,
        _ => Tone::Plain,
    };
    text::mark(tone, word)
}

/// A name as its owner writes it.
pub(crate) fn named(name: &str) -> Html {
    text::named(name)
}

/// What somebody wrote.
pub(crate) fn prose(words: &str) -> Html {
    text::prose(words, "")
}

/// A moment.
pub(crate) fn time(moment: &str) -> Html {
    text::time(moment)
}

/// The beginning of a digest or key, with all of it behind.
pub(crate) fn short(digest: &str) -> Html {
    text::short(digest.strip_prefix("ed25519:").unwrap_or(digest))
}

/// A part of an address.
pub(crate) fn segment(part: &str) -> String {
    text::segment(part)
}

/// A sentence with its blanks filled.
pub(crate) fn fill(sentence: &str, blanks: &[(&str, &str)]) -> String {
    text::fill(sentence, blanks)
}
