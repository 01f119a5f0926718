//! One request with everything that it is answered from.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use countersign_model::{Date, parse_date};
use countersign_operations::editions::{Plan, When};
use countersign_operations::lists::Lists;
use countersign_pages::{Feed, Formats, Frame, RegisterState, Section, Table, page, text};
use countersign_register::{Register, Replay};
use serde::Serialize;

use super::asked::Asked;
use super::open_lists::is_public;
use super::ready::{Ready, Rows};
use super::reply;
use crate::problem::Problem;
use crate::snapshot::{RegisterView, Snapshot};
use crate::state::State;

/// What the handlers of pages hold.
#[derive(Debug, Clone)]
pub(crate) struct Public {
    pub(super) state: State,
    pub(super) ready: Arc<Ready>,
}

/// Members of a query that say how a page is had, not what it shows.
const NOT_THE_PAGES: [&str; 3] = ["as_of", "format", "lang"];

/// A request and what answers it.
pub(super) struct Site {
    pub(super) state: State,
    pub(super) ready: Arc<Ready>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) asked: Asked,
    pub(super) today: Date,
    /// The day that was asked for.
    pub(super) as_of: Option<Date>,
}

impl Site {
    /// The site for a request, and what is wrong with the day that it asks for: then it is the present one.
    pub(super) fn of(public: Public, asked: Asked) -> Result<(Self, Option<Problem>), Problem> {
        let today = public.state.today()?;
        let wanted = match asked.get("as_of") {
            "" => Ok(None),
            text => match parse_date(text) {
                Err(_) => Err(format!("`as_of={text}` is no day; write it as `as_of=2026-03-31`")),
                Ok(day) if day > today => Err(format!(
                    "`as_of={day}` lies ahead of today, {today}; what will be known then is not known"
                )),
                Ok(day) => Ok(Some(day)),
            },
        };
        let (as_of, wrong) = match wanted {
            Ok(day) => (day, None),
            Err(why) => (None, Some(Problem::input(why))),
        };
        let snapshot = public.state.snapshot();
        Ok((Self { state: public.state, ready: public.ready, snapshot, asked, today, as_of }, wrong))
    }

    /// The day that is shown.
    pub(super) fn day(&self) -> Date {
        self.as_of.unwrap_or(self.today)
    }

    /// The register, where the site has one.
    pub(super) fn view(&self) -> Option<&RegisterView> {
        self.snapshot.register.as_deref()
    }

    /// The register and its replay.
    pub(super) fn register(&self) -> Result<(&Register, &Replay), Problem> {
        self.view().map(|view| (&view.register, view.consulted.replay())).ok_or_else(|| {
            Problem::not_found(
                "this site shows no register; its keeper names one with `countersign serve --register DIR`",
            )
        })
    }

    /// The rows of the register; none where there is no register.
    pub(super) fn rows(&self) -> Arc<Rows> {
        self.ready.rows(self.view())
    }

    /// The lists as they are read for the day. The plan names public ones alone; what is found in the index is held
    /// against [`is_public`].
    pub(super) fn lists(&self) -> Result<(Plan, Arc<Lists>), Problem> {
        let when = match self.as_of {
            Some(day) => When { as_of: Some(day), known_at: None },
            None => When::default(),
        };
        let (mut plan, lists) = self.state.lists(&self.snapshot, when)?;
        plan.parts.retain(|part| is_public(&part.source));
        plan.unknown.retain(is_public);
        Ok((plan, lists))
    }

    /// The frame of a page.
    pub(super) fn frame(&self, title: String, section: Section, formats: Formats) -> Frame {
        let query = self.asked.query.iter();
        let query = query.filter(|(key, value)| !NOT_THE_PAGES.contains(&key.as_str()) && !value.is_empty());
        let register = self.view().map(|view| {
            let replay = view.consulted.replay();
            let last = replay.size().checked_sub(1).and_then(|n| replay.leaf(n));
            RegisterState {
                origin: replay.origin().to_owned(),
                vkey: view.register.vkey().to_string(),
                size: replay.size(),
                root: replay.root().to_string(),
                last: last.map(|leaf| leaf.time.to_string()),
                faults: replay.faults.len(),
            }
        });
        Frame {
            language: self.asked.language,
            title,
            section,
            path: self.asked.path.clone(),
            query: query.cloned().collect(),
            as_of: self.as_of,
            today: self.today,
            formats,
            base: self.asked.base.clone(),
            register,
            dated: true,
        }
    }

    /// Answers in the form that was asked for: HTML, or the view as JSON, its table as CSV, its changes as a feed.
    pub(super) fn answer<V: Serialize + Table>(
        &self,
        frame: &Frame,
        view: &V,
        html: fn(&Frame, &V) -> Result<String, page::RenderError>,
        feed: impl FnOnce(&Frame) -> Feed,
    ) -> Result<Response, Problem> {
        match self.asked.get("format") {
            "csv" if frame.formats.csv => {
                let bytes = view.to_csv().map_err(|e| Problem::program(&e))?;
                Ok(reply::data("text/csv; charset=utf-8", bytes))
            }
            "atom" if frame.formats.atom => {
                let xml = feed(frame).to_xml().map_err(|e| Problem::program(&e))?;
                Ok(reply::data("application/atom+xml; charset=utf-8", xml))
            }
            _ => self.answer_plain(frame, view, html),
        }
    }

    /// The same for a page that is to be had as HTML and JSON alone.
    pub(super) fn answer_plain<V: Serialize>(
        &self,
        frame: &Frame,
        view: &V,
        html: fn(&Frame, &V) -> Result<String, page::RenderError>,
    ) -> Result<Response, Problem> {
        match self.asked.get("format") {
            "" | "html" => {
                let page = html(frame, view).map_err(|e| Problem::program(&e))?;
                Ok(reply::html(&self.asked, StatusCode::OK, page))
            }
            "json" if frame.formats.json => {
                let mut value = serde_json::to_value(view).map_err(|e| Problem::program(&e))?;
                if let Some(map) = value.as_object_mut() {
                    map.insert("as_of".to_owned(), self.day().to_string().into());
                    if let Some(register) = &frame.register {
                        map.insert(
                            "register".to_owned(),
                            serde_json::json!({
                                "origin": register.origin, "tree_size": register.size, "root": register.root,
                            }),
                        );
                    }
                }
                let bytes = serde_json::to_vec_pretty(&value).map_err(|e| Problem::program(&e))?;
                Ok(reply::data("application/json", bytes))
            }
            other => Err(Problem::input(format!(
                "this page is not to be had as `{other}`; the links at its foot are those that there are"
            ))),
        }
    }

    /// A page that says why there is none.
    pub(super) fn refuse(&self, problem: Problem) -> Response {
        if matches!(self.asked.get("format"), "json" | "csv" | "atom") {
            return problem.into_response();
        }
        let words = &self.asked.language.words().frame;
        let title = match problem.status() {
            StatusCode::NOT_FOUND => words.not_found,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => words.overloaded,
            status if status.is_client_error() => words.wrong_request,
            _ => words.failed,
        };
        let mut frame = self.frame(title.to_owned(), Section::Other, Formats::default());
        frame.dated = false;
        match page::error(&frame, problem.status().as_u16(), problem.detail()) {
            Ok(page) => reply::html(&self.asked, problem.status(), page),
            Err(_) => reply::bare(&self.asked, problem),
        }
    }

    /// A sentence of the pages with its blanks filled.
    pub(super) fn say(&self, words: &str, blanks: &[(&str, &str)]) -> String {
        text::fill(words, blanks)
    }
}
