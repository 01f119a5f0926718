//! The assessments of a realised case.

use countersign_model::{Date, Months};
use serde_json::{Map, Value as Json, json};

use super::{Reader, months_before, percent, put};
use crate::proof::symbol::Sym;
use crate::proof::things::{ACTOR, OTHER, OWNER};
use crate::proof::world::World;

impl World<'_, '_> {
    pub(super) fn assessment_of(
        &self,
        r: &Reader<'_, '_, '_>,
        n: usize,
        stage: &str,
        as_of: Date,
        known_at: Date,
        case: &mut Map<String, Json>,
    ) -> Map<String, Json> {
        let name = self.things.get(n).map_or("", |t| t.name);
        let mut out = Map::from_iter([
            ("id".to_owned(), json!(format!("{stage}-1"))),
            ("stage".to_owned(), json!(stage)),
        ]);
        let logged = months_before(as_of, r.num(&format!("{name}.months_since_logged")));
        out.insert("logged_at".to_owned(), json!(logged.to_string()));
        out.extend(r.entity(Some(n)).into_iter().filter(|(k, _)| k != "stage"));
        if r.known(&format!("{name}.draft_days")) {
            let days = r.num(&format!("{name}.draft_days"));
            let draft = logged.checked_add(Months::new().days(-days)).unwrap_or(logged);
            out.insert("draft_logged_at".to_owned(), json!(draft.to_string()));
        }
        if r.known(&format!("{name}.status_events")) {
            let at = if logged <= known_at { logged } else { known_at }.to_string();
            let mut events = Vec::new();
            let state = match self.things.get(n).and_then(|t| t.attrs.get("state")) {
                Some(Sym::Word { word, .. }) => r.word(word).unwrap_or_else(|| "draft".to_owned()),
                _ => "none".to_owned(),
            };
            if r.var(&format!("{name}.went_live")) {
                events.push(json!({"event": "live", "log_time": at}));
            }
            if state != "live" && state != "none" {
                events.push(json!({"event": state, "log_time": at}));
            }
            let value = if events.is_empty() { json!("none") } else { json!(events) };
            out.insert("status_events".to_owned(), value);
        }
        let item = case.entry("item".to_owned()).or_insert_with(|| json!({}));
        if let Json::Object(item) = item {
            item.insert("version".to_owned(), json!("1.0"));
        }
        let differs = r.var(&format!("{name}.scope differs"));
        if r.known(&format!("{name}.scope_differs")) {
            let mut scope = json!({"version": if differs { "0.9" } else { "1.0" }});
            if stage == "S"
                && let Json::Object(scope) = &mut scope
            {
                let destination = case.get("destination").cloned();
                if let Some(destination) = destination {
                    scope.insert("destination".to_owned(), destination);
                }
                let parties = ["actor", "other", "owner"];
                let with = |role: &str| -> Vec<&str> {
                    [ACTOR, OTHER, OWNER]
                        .into_iter()
                        .zip(parties)
                        .filter(|(n, _)| {
                            let roles = self.things.get(*n).and_then(|t| t.attrs.get("roles"));
                            roles.is_some_and(|s| r.words(s, &[]).iter().any(|w| w == role))
                        })
                        .map(|(_, id)| id)
                        .collect()
                };
                if let Some(user) = with("end_user").first() {
                    scope.insert("end_user".to_owned(), json!(user));
                }
                let between = with("intermediate_consignee");
                let value = if between.is_empty() { json!("none") } else { json!(between) };
                scope.insert("intermediaries".to_owned(), value);
            }
            out.insert("scope".to_owned(), scope);
        }
        if r.known(&format!("{name}.fee_share")) {
            let fee = |which: &str| percent(r.num(&format!("{name}.fee_share {which}")));
            put(&mut out, &["independence", "fee_share"], json!([fee("older"), fee("newer")]));
        }
        if r.known(&format!("{name}.withheld")) {
            let mut list = Vec::new();
            if r.var(&format!("{name}.withheld_never")) {
                let path = self.domain.law.tables.never_redact.first().cloned().unwrap_or_default();
                list.push(json!({"path": path, "class": "C", "reason": "a reason"}));
            }
            if r.var(&format!("{name}.review_overdue")) {
                let due = as_of.yesterday().unwrap_or(as_of).to_string();
                list.push(
                    json!({"path": "annex/prices", "class": "C", "reason": "price list", "review_date": due}),
                );
            }
            let value = if list.is_empty() { json!("none") } else { json!(list) };
            put(&mut out, &["redaction", "withheld"], value);
        }
        if r.known(&format!("{name}.rule_of_law")) {
            if r.var(&format!("{name}.rule_of_law")) {
                if r.known(&format!("{name}.rule_of_law.dated")) {
                    let dated = months_before(as_of, r.num(&format!("{name}.rule_of_law.months_old")));
                    put(&mut out, &["rule_of_law", "dated"], json!(dated.to_string()));
                }
                if out.get("rule_of_law").is_some_and(|s| s.get("t4_exception").is_none()) {
                    put(&mut out, &["rule_of_law", "t4_exception"], json!("unknown"));
                }
            } else {
                out.insert("rule_of_law".to_owned(), json!("none"));
            }
        } else {
            out.shift_remove("rule_of_law");
        }
        if out.get("publication").is_some_and(|p| p.get("urgent_reason_published").is_none()) {
            put(&mut out, &["publication", "urgent_reason_published"], json!("unknown"));
        }
        out
    }
}
