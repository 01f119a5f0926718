//! The desk in the description of the API: its endpoints take forms or the same as JSON, and have one answer.

use serde_json::{Map, Value, json};

use super::refusals::problem;

/// A member of a request: its name, whether it must be given, what it is.
type Member = (&'static str, bool, &'static str);

/// A step on a case.
struct Step {
    word: &'static str,
    summary: &'static str,
    members: &'static [Member],
}

const REASON: Member = ("reason", true, "Why");

const STEPS: [Step; 19] = [
    Step { word: "note", summary: "Write a note", members: &[("text", true, "The note")] },
    Step {
        word: "assign",
        summary: "Give a case to someone",
        members: &[
            ("to", false, "`me`, or the id of a person; nobody where absent"),
            ("name", false, "The name of that person"),
        ],
    },
    Step {
        word: "facts",
        summary: "Put another case file in place; signatures given so far are void",
        members: &[("facts", true, "The case file, `case/1`, as text"), REASON],
    },
    Step { word: "check", summary: "Check the case file against the law", members: &[] },
    Step {
        word: "screen",
        summary: "Compare a party with the lists; each possible match waits for a person",
        members: &[
            ("name", false, "The party; the applicant where absent"),
            ("kind", false, "`Person`, `Organization`, …"),
            ("country", false, "ISO code"),
            ("birth_date", false, "`1980`, `1980-05` or `1980-05-17`"),
        ],
    },
    Step {
        word: "say",
        summary: "Say whether a possible match is the party",
        members: &[
            ("match", true, "Its id"),
            ("verdict", true, "`same`, `not_same` or `later`"),
            REASON,
            ("evidence", false, "Digests of documents of the case"),
            ("until", false, "The last day on which it holds"),
            ("condition", false, "What would change it"),
        ],
    },
    Step {
        word: "confirm",
        summary: "Confirm what another person said of a possible match",
        members: &[("match", true, "Its id")],
    },
    Step {
        word: "return-match",
        summary: "Send a possible match back",
        members: &[("match", true, "Its id"), REASON],
    },
    Step {
        word: "document",
        summary: "Name a document by its digest, or keep it",
        members: &[
            ("name", false, "What it is called"),
            ("from", false, "Who gave it"),
            ("about", false, "What it is"),
            ("text", false, "Its text; or give `sha256` and `bytes`"),
            ("sha256", false, "Its digest, where it is kept elsewhere"),
            ("bytes", false, "Its length"),
        ],
    },
    Step {
        word: "ask",
        summary: "Ask the applicant something",
        members: &[("text", true, "The question"), ("due", false, "By which day")],
    },
    Step {
        word: "answer",
        summary: "Write down what the applicant answered",
        members: &[("question", true, "The id of the question"), ("text", true, "The answer")],
    },
    Step {
        word: "drop",
        summary: "Take a question back",
        members: &[("question", true, "The id of the question"), REASON],
    },
    Step {
        word: "propose",
        summary: "Propose a decision, for others to countersign",
        members: &[
            ("outcome", true, "What is proposed"),
            REASON,
            ("condition", false, "Under which condition"),
            ("evidence", false, "Digests of documents of the case"),
        ],
    },
    Step { word: "return", summary: "Send a proposal back", members: &[REASON] },
    Step {
        word: "sign",
        summary: "Countersign what was proposed: a person in a browser, never a key",
        members: &[
            ("paper", true, "The digest of the paper that was seen"),
            ("password", true, "The password that opens the signing key"),
        ],
    },
    Step { word: "escalate", summary: "Give a case to more people", members: &[REASON] },
    Step {
        word: "decide",
        summary: "Put a countersigned proposal in force: a person in a browser, never a key",
        members: &[("paper", true, "The digest of the paper that was seen")],
    },
    Step {
        word: "appeal",
        summary: "Write down an appeal",
        members: &[
            ("by", true, "Who appeals"),
            ("grounds", true, "On which grounds"),
            ("received", false, "On which day it came"),
        ],
    },
    Step { word: "withdraw", summary: "Withdraw a case", members: &[REASON] },
];

const NEW: [Member; 5] = [
    ("title", true, "What it is about"),
    ("applicant", true, "Who asks"),
    ("kind", false, "`application` or `party`"),
    ("facts", false, "The case file, `case/1`, as text"),
    ("due", false, "By which day it has to be decided"),
];

/// What may go wrong with a step.
const FAULTS: [(&str, &str); 6] = [
    ("400", "A member is wrong"),
    ("404", "No such case"),
    ("409", "The state of the case does not allow it, or a paper changed"),
    ("413", "The body is too large"),
    ("415", "The body is of another type"),
    ("422", "It cannot be done"),
];

fn body(members: &[Member]) -> Value {
    let properties: Map<String, Value> = members
        .iter()
        .map(|(name, _, what)| ((*name).to_owned(), json!({"type": "string", "description": what})))
        .collect();
    let required: Vec<&str> = members.iter().filter(|(_, must, _)| *must).map(|(name, ..)| *name).collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if let Some(schema) = schema.as_object_mut().filter(|_| !required.is_empty()) {
        schema.insert("required".to_owned(), json!(required));
    }
    json!({"required": true, "content": {"application/json": {"schema": schema}}})
}

fn in_path(name: &str, what: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "description": what, "schema": {"type": "string"}})
}

fn step(id: &str, summary: &str, parameters: Vec<Value>, members: &[Member]) -> Value {
    let mut responses = Map::new();
    let answer = json!({
        "description": "The entry of the journal in which it stands",
        "content": {"application/json": {"schema": {
            "type": "object", "required": ["case", "entry"],
            "properties": {"case": {"type": "string"}, "entry": {"type": "integer", "minimum": 0}},
        }}},
    });
    responses.insert("201".to_owned(), answer);
    responses.extend(FAULTS.iter().map(|(status, what)| ((*status).to_owned(), problem(what))));
    json!({
        "tags": ["desk"], "operationId": id, "summary": summary, "parameters": parameters,
        "requestBody": body(members), "responses": responses,
    })
}

/// An endpoint that is read. `shape` names the shape of its answer; bytes have none.
fn read(id: &str, summary: &str, parameters: Vec<Value>, shape: Option<&str>) -> Value {
    let (media, schema) = match shape {
        Some(shape) => ("application/json", json!({"$ref": format!("#/components/schemas/{shape}")})),
        None => ("application/octet-stream", json!({"type": "string"})),
    };
    json!({
        "tags": ["desk"], "operationId": id, "summary": summary, "parameters": parameters,
        "responses": {
            "200": {"description": summary, "content": {media: {"schema": schema}}},
            "400": problem("A parameter is wrong"),
            "404": problem("There is no such thing"),
        },
    })
}

/// The paths of the desk.
pub(super) fn paths() -> Map<String, Value> {
    let case = || vec![in_path("case", "The id of a case")];
    let mut paths = Map::new();
    let mut put = |path: &str, operations: Value| {
        paths.insert(format!("/v1/desk{path}"), operations);
    };
    let queue = read("desk_queue", "What waits, and for whom", vec![], Some("DeskQueue"));
    put("/queue", json!({"get": queue}));
    let cases = read("desk_cases", "All cases, the newest first", vec![], Some("DeskCases"));
    put("/cases", json!({"get": cases, "post": step("desk_open", "Open a case", vec![], &NEW)}));
    let one = read("desk_case", "One case with its timeline", case(), Some("DeskCase"));
    put("/cases/{case}", json!({"get": one}));
    let mut place = case();
    place.push(in_path("sha256", "The digest of a document"));
    let document = read("desk_document_bytes", "A document of a case", place, None);
    put("/cases/{case}/documents/{sha256}", json!({"get": document}));
    let audit = read("desk_audit", "The log of what people did", vec![], Some("Audit"));
    put("/audit", json!({"get": audit}));
    let index = vec![in_path("index", "The index of an entry")];
    let bundle =
        read("desk_audit_bundle", "An entry with its proof, for `countersign verify`", index, Some("Bundle"));
    put("/audit/bundles/{index}", json!({"get": bundle}));
    for Step { word, summary, members } in &STEPS {
        let id = format!("desk_{}", word.replace('-', "_"));
        put(&format!("/cases/{{case}}/{word}"), json!({"post": step(&id, summary, case(), members)}));
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What may be used stands in the permission matrix; each row of the desk's API is described.
    #[test]
    fn every_endpoint_of_the_desk_is_described() {
        let described = paths();
        let mut seen = 0;
        for group in countersign_identity::Matrix::embedded().unwrap().groups() {
            for route in group.routes.iter().filter(|r| r.contains(" /v1/desk")) {
                let (method, path) = route.split_once(' ').unwrap();
                let method = method.to_ascii_lowercase();
                assert!(described.get(path).is_some_and(|p| p.get(&method).is_some()), "{route}");
                seen += 1;
            }
        }
        assert!(seen > 20);
    }
}
