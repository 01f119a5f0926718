//! The item's entries of a realised case, and what its actor recorded.

use countersign_model::{Date, Months};
use serde_json::{Map, Value as Json, json};

use super::{Reader, day, months_before, put};
use crate::pack::NormKind;
use crate::proof::symbol::Sym;
use crate::proof::world::World;

impl World<'_, '_> {
    pub(super) fn entry_of(&self, r: &Reader<'_, '_, '_>, n: usize, key: &str, case: &mut Map<String, Json>) {
        let Some(thing) = self.things.get(n) else { return };
        let name = thing.name;
        if !r.known(name) {
            return;
        }
        let there = r.var(&format!("{name} is there"));
        let which = usize::from(key != "eccn");
        let index = usize::try_from(r.num(&format!("{name}.code"))).unwrap_or(0);
        let code = self.domain.codes.get(which).and_then(|c| c.get(index)).map(ToString::to_string);
        let code = code.unwrap_or_default();
        let meets = there && r.var(&format!("{name}.meets"));
        put(case, &["item", key], if meets { json!([code]) } else { json!("none") });
        let limb = self.domain.vocabulary.limbs().into_iter().find(|(c, _)| *c == code).map(|(_, l)| l);
        if let (true, Some(limb)) = (there, limb) {
            let state = if !r.known(&format!("{name}.limbs")) {
                Some("unknown")
            } else if r.var(&format!("{name}.limbs_not_met")) {
                Some("no")
            } else if !meets {
                Some("yes")
            } else {
                None
            };
            if let Some(state) = state {
                put(case, &["item", "limbs", &code, &limb], json!(state));
            }
        }
    }

    /// What the actor recorded: permissions, national law, flags, pledges, commitments.
    pub(super) fn records(
        &self,
        r: &Reader<'_, '_, '_>,
        as_of: Date,
        state: Option<&str>,
        case: &mut Map<String, Json>,
    ) {
        self.general_authorisations(r, case);
        self.national_law(r, state, case);
        self.red_flags(r, case);
        let dispatched = r.num("case.transfer.dispatched_on");
        if dispatched < r.number(self.domain.as_of) {
            put(case, &["transfer", "dispatched_on"], json!(day(dispatched).to_string()));
        }
        self.pledges(r, as_of, state, case);
        self.licences(r, as_of, case);
        self.procurement(r, as_of, case);
        self.spyware(r, as_of, case);
    }

    fn words_of(&self, r: &Reader<'_, '_, '_>, name: &str) -> Vec<String> {
        self.context.get(name).map(|s| r.words(s, &[name.to_owned()])).unwrap_or_default()
    }

    /// The general authorisations relied on.
    fn general_authorisations(&self, r: &Reader<'_, '_, '_>, case: &mut Map<String, Json>) {
        let words = |name: &str| self.words_of(r, name);
        if r.known("case.general_authorisations") {
            let (registered, reporting) = (words("registered"), words("reporting"));
            let yes = |list: &[String], id: &String| if list.contains(id) { "yes" } else { "no" };
            let list: Vec<Json> = words("relied_on")
                .iter()
                .map(|id| json!({"rule": id, "registered": yes(&registered, id), "reporting": yes(&reporting, id)}))
                .collect();
            let value = if list.is_empty() { json!("none") } else { json!(list) };
            case.insert("general_authorisations".to_owned(), value);
        }
    }

    /// National law, of the state and of another.
    fn national_law(&self, r: &Reader<'_, '_, '_>, state: Option<&str>, case: &mut Map<String, Json>) {
        if let Some(Sym::Record(national)) = self.context.get("national_law") {
            let of = |name: &str| national.get(name).map(|s| r.words(s, &[])).unwrap_or_default();
            let mut list = Vec::new();
            for effect in ["notify_and_wait", "authorisation", "prohibition"] {
                for provision in of(effect) {
                    list.push(
                        json!({"state": state, "provision": provision, "in_force": "yes", "effect": effect}),
                    );
                }
            }
            for provision in of("open") {
                list.push(json!({"state": state, "provision": provision, "in_force": "yes"}));
            }
            for provision in of("recorded") {
                if !list.iter().any(|l| l.get("provision") == Some(&json!(provision))) {
                    list.push(
                        json!({"state": state, "provision": provision, "in_force": "yes", "effect": "none"}),
                    );
                }
            }
            let foreign = if state == Some("DE") { "FR" } else { "DE" };
            for provision in of("elsewhere") {
                list.push(json!({"state": foreign, "provision": provision, "in_force": "yes", "effect": "authorisation"}));
            }
            if !list.is_empty() {
                case.insert("national_law".to_owned(), json!(list));
            } else if r.var("case.national_law.checked") {
                case.insert("national_law".to_owned(), json!("none"));
            }
        }
    }

    /// Red flags that are open, or that there are none.
    fn red_flags(&self, r: &Reader<'_, '_, '_>, case: &mut Map<String, Json>) {
        if self.context.get("open_flags").is_some_and(|s| match s {
            Sym::Words { set, .. } => {
                r.holds(set.some(&self.domain.pool, &self.domain.words, &self.domain.literals))
            }
            _ => false,
        }) {
            let flag = json!([{"rule": "STATE-SG-5", "state": "open"}]);
            let id = self
                .domain
                .law
                .inventory
                .rows()
                .find(|row| row.kind == NormKind::Guidance)
                .map(|row| row.id.clone());
            let flag = id.map_or(flag, |id| json!([{"rule": id, "state": "open"}]));
            put(case, &["due_diligence", "red_flags"], flag);
        }
        if r.known("case.due_diligence.red_flags")
            && case.get("due_diligence").and_then(|d| d.get("red_flags")).is_none()
        {
            put(case, &["due_diligence", "red_flags"], json!("none"));
        }
    }

    /// What the state signed, and what is recorded of its commitments.
    fn pledges(
        &self,
        r: &Reader<'_, '_, '_>,
        as_of: Date,
        state: Option<&str>,
        case: &mut Map<String, Json>,
    ) {
        let words = |name: &str| self.words_of(r, name);
        if r.known("case.pledges") {
            let rules = words("pledged");
            let value = if rules.is_empty() {
                json!("none")
            } else {
                json!([{"state": state, "rules": rules, "signed_on": as_of.to_string()}])
            };
            case.insert("pledges".to_owned(), value);
        }
        let mut facts = Map::new();
        for (name, word) in [("commitments_met", "met"), ("commitments_breached", "breached")] {
            facts.extend(words(name).into_iter().map(|id| (id, json!(word))));
        }
        if !facts.is_empty() {
            case.insert("commitment_facts".to_owned(), Json::Object(facts));
        }
    }

    /// The licences held, one a regime.
    fn licences(&self, r: &Reader<'_, '_, '_>, as_of: Date, case: &mut Map<String, Json>) {
        let mut licences = Vec::new();
        let mut untold = 0;
        for regime in self.domain.law.regimes.iter().filter(|g| g.kind == NormKind::Law) {
            let (held, open) = self.licence(&regime.id);
            let covers = if r.holds(held) {
                "yes"
            } else if r.holds(open) {
                untold += 1;
                "unknown"
            } else {
                continue;
            };
            licences.push(json!({
                "id": format!("licence-{}", regime.id), "regime": regime.id, "type": "individual",
                "valid_from": as_of.to_string(), "valid_to": as_of.to_string(),
                "covers": {"item": covers, "end_user": "yes", "destination": "yes", "quantity": "yes"}
            }));
        }
        let laws = self.domain.law.regimes.iter().filter(|g| g.kind == NormKind::Law).count();
        if licences.is_empty() {
            case.insert("licences".to_owned(), json!("none"));
        } else if untold < laws {
            case.insert("licences".to_owned(), json!(licences));
        }
    }

    /// A purchase: the vendor's answers, publication, export.
    fn procurement(&self, r: &Reader<'_, '_, '_>, as_of: Date, case: &mut Map<String, Json>) {
        if let Some(Sym::Record(procurement)) = self.context.get("procurement") {
            if r.known("case.procurement.vendor_answers") {
                let answered = procurement.get("vendor_yes_e2").map(|s| r.words(s, &[])).unwrap_or_default();
                let answers: Map<String, Json> =
                    answered.into_iter().map(|q| (q, json!({"answer": "yes", "tier": "E1"}))).collect();
                put(case, &["procurement", "vendor_answers"], Json::Object(answers));
            }
            if let Some(Sym::Record(publication)) = procurement.get("publication")
                && let Some(Sym::Number { known, num }) = publication.get("days")
                && r.holds(*known)
            {
                let on = as_of.checked_add(Months::new().days(r.number(*num))).unwrap_or(as_of);
                put(case, &["procurement", "publication", "published_on"], json!(on.to_string()));
            }
        }
        if let Some(export) = case.get_mut("procurement").and_then(|p| p.get_mut("export_regime"))
            && let Some(map) = export.as_object_mut()
            && !map.is_empty()
        {
            map.insert("state".to_owned(), json!("DE"));
        }
        if case.get("procurement").and_then(|p| p.get("publication")) == Some(&json!({})) {
            put(case, &["procurement", "publication"], json!({"supplier": "unknown"}));
        }
    }

    /// The certification and the waiver of Executive Order 14093.
    fn spyware(&self, r: &Reader<'_, '_, '_>, as_of: Date, case: &mut Map<String, Json>) {
        if let Some(Sym::Record(spyware)) = self.context.get("eo14093")
            && let Some(Sym::Record(certification)) = spyware.get("certification")
            && let Some(Sym::Number { known, num }) = certification.get("notice_days")
            && r.holds(*known)
        {
            let on = as_of.checked_sub(Months::new().days(r.number(*num))).unwrap_or(as_of);
            put(case, &["eo14093", "certification", "notice_on"], json!(on.to_string()));
        }
        // the length is the solver's; begin and end keep their places before and after the day
        let day = |key: &str| {
            let text = case.get("eo14093")?.get("waiver")?.get(key)?.as_str()?;
            countersign_model::parse_date(text).ok()
        };
        if let (Some(from), Some(to)) = (day("from"), day("to")) {
            let months = r.num("case.eo14093.waiver.months");
            let beside = |days: i64| as_of.checked_add(Months::new().days(days)).unwrap_or(as_of);
            let (from, to) = if from > as_of {
                (beside(1), months_before(beside(1), -months))
            } else if to < as_of {
                (months_before(beside(-1), months), beside(-1))
            } else {
                (as_of, months_before(as_of, -months))
            };
            put(case, &["eo14093", "waiver", "from"], json!(from.to_string()));
            put(case, &["eo14093", "waiver", "to"], json!(to.to_string()));
        }
    }
}
