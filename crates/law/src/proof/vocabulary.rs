//! The words that a case may use at a place, read from the contract of the case format; and the words that rules ask
//! for.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_case::CASE_SCHEMA;
use serde_json::Value as Json;

use crate::eval::Expr;

/// The contract of cases, parsed.
pub(crate) struct Vocabulary {
    contract: Json,
}

impl Vocabulary {
    pub(crate) fn load() -> Self {
        Self { contract: serde_json::from_str(CASE_SCHEMA).unwrap_or(Json::Null) }
    }

    /// Whether a list at a path may be `none`.
    pub(crate) fn may_be_none(&self, definition: &str, path: &[String]) -> bool {
        self.options(definition, path)
            .is_none_or(|o| o.iter().any(|o| o.get("const").and_then(Json::as_str) == Some("none")))
    }

    /// Whether a percent at a path may be an interval.
    pub(crate) fn may_be_interval(&self, definition: &str, path: &[String]) -> bool {
        self.options(definition, path)
            .is_none_or(|o| o.iter().any(|o| o.get("type").and_then(Json::as_str) == Some("object")))
    }

    /// The forms that the value at a path may take; `None` where the contract has no such path.
    fn options(&self, definition: &str, path: &[String]) -> Option<Vec<&Json>> {
        let mut here = self.contract.pointer(&format!("/$defs/{definition}"))?;
        for key in path {
            here = self.property(here, key)?;
        }
        let options = self.resolve(here).get("oneOf").and_then(Json::as_array);
        Some(options.into_iter().flatten().map(|o| self.resolve(o)).collect())
    }

    /// The words allowed at a path below a definition of the contract (`case_body`, `party`, `listing`, `assessment`);
    /// `None` where any text may stand.
    pub(crate) fn words(
        &self,
        definition: &str,
        path: &[String],
        field: Option<&str>,
    ) -> Option<Vec<String>> {
        let mut here = self.contract.pointer(&format!("/$defs/{definition}"))?;
        for key in path.iter().map(String::as_str).chain(field) {
            here = self.property(here, key)?;
        }
        let mut out = Vec::new();
        self.collect(here, &mut out);
        out.retain(|w| w != "none" && w != "unknown");
        let mut seen = BTreeSet::new();
        out.retain(|w| seen.insert(w.clone()));
        (!out.is_empty()).then_some(out)
    }

    /// Every word that may stand alone at a path, `none` among them where the contract has it, and `unknown` left out; and
    /// whether a list may stand there instead.
    pub(crate) fn alone(&self, definition: &str, path: &[String]) -> (Vec<String>, bool) {
        let mut here = self.contract.pointer(&format!("/$defs/{definition}"));
        for key in path {
            here = here.and_then(|node| self.property(node, key));
        }
        let Some(node) = here.map(|node| self.resolve(node)) else { return (Vec::new(), false) };
        let options = ["oneOf", "anyOf"].into_iter().filter_map(|key| node.get(key)?.as_array()).flatten();
        let (mut words, mut list) = (Vec::new(), false);
        for option in std::iter::once(node).chain(options).map(|node| self.resolve(node)) {
            let named = option.get("enum").and_then(Json::as_array).into_iter().flatten();
            let one = option.get("const").into_iter();
            words.extend(named.chain(one).filter_map(Json::as_str).map(str::to_owned));
            let form = option.get("type").and_then(Json::as_str);
            list |= matches!(form, Some("array" | "object" | "integer" | "string"));
        }
        words.retain(|word| word != "unknown");
        (words, list)
    }

    /// The limbs of the entries of which the contract knows any: code and limb.
    pub(crate) fn limbs(&self) -> Vec<(String, String)> {
        let codes = self.contract.pointer("/$defs/limbs/properties").and_then(Json::as_object);
        codes
            .into_iter()
            .flatten()
            .filter_map(|(code, limbs)| {
                let limb = limbs.get("properties")?.as_object()?.keys().next()?;
                Some((code.clone(), limb.clone()))
            })
            .collect()
    }

    fn resolve<'a>(&'a self, node: &'a Json) -> &'a Json {
        match node.get("$ref").and_then(Json::as_str).and_then(|r| r.strip_prefix('#')) {
            Some(pointer) => self.contract.pointer(pointer).unwrap_or(node),
            None => node,
        }
    }

    fn property<'a>(&'a self, node: &'a Json, key: &str) -> Option<&'a Json> {
        let node = self.resolve(node);
        if let Some(found) = node.get("properties").and_then(|p| p.get(key)) {
            return Some(found);
        }
        for combined in ["oneOf", "anyOf", "allOf"] {
            let options = node.get(combined).and_then(Json::as_array);
            if let Some(found) = options.into_iter().flatten().find_map(|o| self.property(o, key)) {
                return Some(found);
            }
        }
        self.property(node.get("items")?, key)
    }

    fn collect(&self, node: &Json, out: &mut Vec<String>) {
        let node = self.resolve(node);
        let words = node.get("enum").and_then(Json::as_array);
        out.extend(words.into_iter().flatten().filter_map(Json::as_str).map(str::to_owned));
        out.extend(node.get("const").and_then(Json::as_str).map(str::to_owned));
        for combined in ["oneOf", "anyOf", "allOf"] {
            for option in node.get(combined).and_then(Json::as_array).into_iter().flatten() {
                self.collect(option, out);
            }
        }
        if let Some(items) = node.get("items") {
            self.collect(items, out);
        }
    }
}

/// Every word that a condition names.
pub(crate) fn literals(expr: &Expr, out: &mut BTreeSet<Arc<str>>) {
    match expr {
        Expr::Str(word) => {
            out.insert(word.clone());
        }
        Expr::Set(words) => out.extend(words.written.iter().cloned()),
        other => other.parts().into_iter().for_each(|part| literals(part, out)),
    }
}

/// A word for a set whose words the contract gives by a pattern only.
pub(super) fn filler(path: &[String]) -> Option<&'static str> {
    let joined = path.join(".");
    Some(match joined.as_str() {
        "publication.failed" => "PUB-02",
        "independence.failed" | "independence.incomplete" => "IND-01",
        "redaction.failed" => "RED-02",
        "answers.stop" | "answers.unknown_stop" | "answers.unmitigated_red_flags" => "EN-01",
        "procurement.user_agency_stop_answers" => "EN-01",
        "conditions" => "a condition that is still open",
        _ => return None,
    })
}
