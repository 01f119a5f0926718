//! The assessments of a realised case.

use countersign_model::{Date, Months};
use serde_json::{Map, Value as Json, json};

use super::{IDS, Reader, months_before, percent, put};
use crate::proof::symbol::Sym;
use crate::proof::things::{ACTOR, OTHER, OWNER};

/// An assessment that is being written.
pub(super) struct Written<'r, 'w, 'd, 'a> {
    pub(super) r: &'r Reader<'w, 'd, 'a>,
    /// Which thing of the world it is.
    pub(super) n: usize,
    pub(super) stage: &'r str,
    pub(super) as_of: Date,
    pub(super) known_at: Date,
    pub(super) out: Map<String, Json>,
}

impl Written<'_, '_, '_, '_> {
    /// The assessment as the case has it; gives the item of the case the version that the scope is compared with.
    pub(super) fn write(mut self, case: &mut Map<String, Json>) -> Map<String, Json> {
        self.logged();
        self.status_events();
        let item = case.entry("item".to_owned()).or_insert_with(|| json!({}));
        if let Json::Object(item) = item {
            item.insert("version".to_owned(), json!("1.0"));
        }
        self.scope(case.get("destination"));
        self.fees();
        self.withheld();
        self.rule_of_law();
        if self.out.get("publication").is_some_and(|p| p.get("urgent_reason_published").is_none()) {
            put(&mut self.out, &["publication", "urgent_reason_published"], json!("unknown"));
        }
        self.out
    }

    fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.r.world.things.get(self.n).map_or("", |t| t.name))
    }

    fn known(&self, key: &str) -> bool {
        self.r.known(&self.at(key))
    }

    fn var(&self, key: &str) -> bool {
        self.r.var(&self.at(key))
    }

    fn num(&self, key: &str) -> i64 {
        self.r.num(&self.at(key))
    }

    fn logged_at(&self) -> Date {
        months_before(self.as_of, self.num("months_since_logged"))
    }

    /// What it is, when it was logged, its own facts, and when its draft was logged.
    fn logged(&mut self) {
        let (stage, logged) = (self.stage, self.logged_at());
        self.out.insert("id".to_owned(), json!(format!("{stage}-1")));
        self.out.insert("stage".to_owned(), json!(stage));
        self.out.insert("logged_at".to_owned(), json!(logged.to_string()));
        self.out.extend(self.r.entity(Some(self.n)).into_iter().filter(|(k, _)| k != "stage"));
        if self.known("draft_days") {
            let days = self.num("draft_days");
            let draft = logged.checked_add(Months::new().days(-days)).unwrap_or(logged);
            self.out.insert("draft_logged_at".to_owned(), json!(draft.to_string()));
        }
    }

    fn status_events(&mut self) {
        if !self.known("status_events") {
            return;
        }
        let at = self.logged_at().min(self.known_at).to_string();
        let state = match self.r.world.things.get(self.n).and_then(|t| t.attrs.get("state")) {
            Some(Sym::Word { word, .. }) => self.r.word(word).unwrap_or_else(|| "draft".to_owned()),
            _ => "none".to_owned(),
        };
        let mut events = Vec::new();
        if self.var("went_live") {
            events.push(json!({"event": "live", "log_time": at}));
        }
        if state != "live" && state != "none" {
            events.push(json!({"event": state, "log_time": at}));
        }
        self.out.insert("status_events".to_owned(), list_or_none(events));
    }

    /// The scope: the version, and at a sale where it goes and to whom.
    fn scope(&mut self, destination: Option<&Json>) {
        let differs = self.var("scope differs");
        if !self.known("scope_differs") {
            return;
        }
        let mut scope = Map::from_iter([("version".to_owned(), json!(if differs { "0.9" } else { "1.0" }))]);
        if self.stage == "S" {
            if let Some(destination) = destination {
                scope.insert("destination".to_owned(), destination.clone());
            }
            if let Some(user) = self.with_role("end_user").first() {
                scope.insert("end_user".to_owned(), json!(user));
            }
            let between = self.with_role("intermediate_consignee").into_iter().map(Json::from).collect();
            scope.insert("intermediaries".to_owned(), list_or_none(between));
        }
        self.out.insert("scope".to_owned(), Json::Object(scope));
    }

    /// The ids of the parties that have a role.
    fn with_role(&self, role: &str) -> Vec<&'static str> {
        let has = |n: usize| {
            let roles = self.r.world.things.get(n).and_then(|t| t.attrs.get("roles"));
            roles.is_some_and(|s| self.r.words(s, &[]).iter().any(|w| w == role))
        };
        [ACTOR, OTHER, OWNER].into_iter().zip(IDS).filter(|(n, _)| has(*n)).map(|(_, id)| id).collect()
    }

    fn fees(&mut self) {
        if self.known("fee_share") {
            let fee = |which: &str| percent(self.num(&format!("fee_share {which}")));
            let fees = json!([fee("older"), fee("newer")]);
            put(&mut self.out, &["independence", "fee_share"], fees);
        }
    }

    fn withheld(&mut self) {
        if !self.known("withheld") {
            return;
        }
        let mut list = Vec::new();
        if self.var("withheld_never") {
            let path = self.r.world.domain.law.tables.never_redact.first().cloned().unwrap_or_default();
            list.push(json!({"path": path, "class": "C", "reason": "a reason"}));
        }
        if self.var("review_overdue") {
            let due = self.as_of.yesterday().unwrap_or(self.as_of).to_string();
            list.push(
                json!({"path": "annex/prices", "class": "C", "reason": "price list", "review_date": due}),
            );
        }
        put(&mut self.out, &["redaction", "withheld"], list_or_none(list));
    }

    fn rule_of_law(&mut self) {
        if !self.known("rule_of_law") {
            self.out.shift_remove("rule_of_law");
            return;
        }
        if !self.var("rule_of_law") {
            self.out.insert("rule_of_law".to_owned(), json!("none"));
            return;
        }
        if self.known("rule_of_law.dated") {
            let dated = months_before(self.as_of, self.num("rule_of_law.months_old"));
            put(&mut self.out, &["rule_of_law", "dated"], json!(dated.to_string()));
        }
        if self.out.get("rule_of_law").is_some_and(|s| s.get("t4_exception").is_none()) {
            put(&mut self.out, &["rule_of_law", "t4_exception"], json!("unknown"));
        }
    }
}

/// A list as the case format has it: one that is empty is `none`.
fn list_or_none(list: Vec<Json>) -> Json {
    if list.is_empty() { json!("none") } else { Json::Array(list) }
}
