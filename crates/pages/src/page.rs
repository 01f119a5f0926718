//! The pages: a view and a frame become HTML. The templates are the files in `templates/`, checked when the program is
//! built; whatever comes from others is escaped by them.

use askama::Template;

use crate::frame::Frame;
use crate::text::Html;
use crate::view::{
    AssessmentView, CountryLine, CountryView, FieldValue, HomeView, ListsView, PartyView, RecordView,
    RegisterListView, SearchForm, SearchView, SubjectView, SubjectsView,
};
use crate::words::Words;

/// Why a page could not be made: a fault of the program.
pub type RenderError = askama::Error;

macro_rules! pages {
    ($($(#[$doc:meta])* $function:ident: $template:ident, $path:literal, $view:ty;)+) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $template<'a> {
            f: &'a Frame,
            w: &'a Words,
            v: &'a $view,
        }

        $(#[$doc])*
        ///
        /// # Errors
        /// Never with sound templates.
        pub fn $function(frame: &Frame, view: &$view) -> Result<String, RenderError> {
            $template { f: frame, w: frame.words(), v: view }.render()
        }
    )+};
}

pages! {
    /// What a search found.
    search: SearchTemplate, "search.html", SearchView;
    /// The entries of the register.
    register: RegisterTemplate, "register.html", RegisterListView;
    /// The subjects of the register.
    subjects: SubjectsTemplate, "subjects.html", SubjectsView;
    /// An entry of a list.
    party: PartyTemplate, "party.html", PartyView;
    /// A subject of the register.
    subject: SubjectTemplate, "subject.html", SubjectView;
    /// The dossier of a country.
    country: CountryTemplate, "country.html", CountryView;
    /// An assessment.
    assessment: AssessmentTemplate, "assessment.html", AssessmentView;
    /// An entry of the register with its proof.
    record: RecordTemplate, "record.html", RecordView;
    /// The lists.
    lists: ListsTemplate, "lists.html", ListsView;
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomeTemplate<'a> {
    f: &'a Frame,
    w: &'a Words,
    v: &'a HomeView,
    s: &'a SearchForm,
}

/// The first page.
///
/// # Errors
/// Never with sound templates.
pub fn home(frame: &Frame, view: &HomeView) -> Result<String, RenderError> {
    HomeTemplate { f: frame, w: frame.words(), v: view, s: &SearchForm::default() }.render()
}

#[derive(Template)]
#[template(path = "countries.html")]
struct CountriesTemplate<'a> {
    f: &'a Frame,
    w: &'a Words,
    countries: &'a [CountryLine],
    fault: Option<&'a str>,
}

/// The countries of which something is known, and what was wrong with the one that was asked for.
///
/// # Errors
/// Never with sound templates.
pub fn countries(frame: &Frame, all: &[CountryLine], fault: Option<&str>) -> Result<String, RenderError> {
    CountriesTemplate { f: frame, w: frame.words(), countries: all, fault }.render()
}

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyTemplate<'a> {
    f: &'a Frame,
    w: &'a Words,
}

/// How to verify a record without our code.
///
/// # Errors
/// Never with sound templates.
pub fn verify(frame: &Frame) -> Result<String, RenderError> {
    VerifyTemplate { f: frame, w: frame.words() }.render()
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'a> {
    f: &'a Frame,
    w: &'a Words,
    status: u16,
    detail: &'a str,
}

/// What to show in place of a page. `detail` is a sentence in English.
///
/// # Errors
/// Never with sound templates.
pub fn error(frame: &Frame, status: u16, detail: &str) -> Result<String, RenderError> {
    ErrorTemplate { f: frame, w: frame.words(), status, detail }.render()
}

/// What a member of a record holds, which may have members of its own.
#[derive(Template)]
#[template(path = "field.html")]
struct FieldTemplate<'a> {
    f: &'a Frame,
    w: &'a Words,
    value: &'a FieldValue,
}

impl FieldTemplate<'_> {
    fn of(frame: &Frame, value: &FieldValue) -> Html {
        let template = FieldTemplate { f: frame, w: frame.words(), value };
        crate::text::raw(template.render().unwrap_or_default())
    }
}
