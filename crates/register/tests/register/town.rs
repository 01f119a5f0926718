//! A register with two houses of assessors, a panel, a roster body, and the text of an assessment.

use super::*;
use countersign_assessments::{Answer, Assessment, State, Tier, commit, publish, state_at};
use countersign_model::{Date, Digest, parse_date};
use countersign_register::{Assessed, Judgement, LoggedAssessment, assessed};

const TEXT: &str = include_str!("../../../assessments/tests/frame.yaml");

pub(crate) const WAAL: u8 = 2;
pub(crate) const PANEL: u8 = 3;
pub(crate) const MINHO: u8 = 5;
/// A judge by the roster, of the assessor's house.
pub(crate) const WAAL_JUDGE: u8 = 6;
/// The roster body, which hears appeals.
pub(crate) const ROSTER_BODY: u8 = 7;
/// A judge by the roster, of the vendor's house: the register files it as `vendor:v`.
pub(crate) const VENDOR_JUDGE: u8 = 10;
/// Who investigates.
pub(crate) const LAB: u8 = 11;
/// Somebody whom no roster knows.
pub(crate) const SOMEONE: u8 = 9;

pub(crate) fn answer(word: &str) -> Answer {
    Answer::new(countersign_assessments::Value::Word(word.to_owned()), Tier::E1)
}

pub(crate) struct Town {
    directory: tempfile::TempDir,
    register: Option<Register>,
    /// Whether the keeper looks at what is brought.
    honest: bool,
    /// What an assessor writes into the text, which has one answer else.
    pub(crate) write: fn(&mut Assessment),
    /// The last day for comments that a draft announces; without it, the thirtieth after its own.
    pub(crate) comment_until: Option<&'static str>,
    /// A text without a draft is a final one.
    without_draft: bool,
}

/// What somebody writes otherwise than it is.
pub(crate) struct Filing<'a> {
    /// The vendor of the record.
    pub(crate) vendor: &'a str,
    /// The assessor's key in the text.
    pub(crate) key: String,
    /// What becomes of the public version before it is signed.
    pub(crate) change: fn(String) -> String,
}

pub(crate) fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

impl Town {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut register = Register::init(&directory.path().join("r"), "register.example.org").unwrap();
        let of = |n: u8, role: &str, organisation: &str| {
            json!({"name": format!("member {n}"), "organisation": organisation, "key": seed(n).public(),
                   "roles": [role], "from": "2025-01-01"})
        };
        let members = vec![
            of(1, "registrar", "Registry"),
            of(WAAL, "assessor", "Waal Rights Assessors"),
            of(PANEL, "adjudicator", "Panel"),
            of(MINHO, "assessor", "Minho Institute"),
            of(WAAL_JUDGE, "adjudicator", "Waal Rights Assessors"),
            of(ROSTER_BODY, "accreditor", "Roster Body"),
            of(VENDOR_JUDGE, "adjudicator", "V"),
            of(LAB, "investigator", "The Lab"),
        ];
        let signed = sign(RecordKind::Roster, roster(members), 1);
        let entry = NewEntry { signed: &signed, documents: BTreeMap::new(), withheld: BTreeSet::new() };
        register.append(&entry, &"2025-12-01T12:00:00Z".parse().unwrap()).unwrap();
        Self {
            directory,
            register: Some(register),
            honest: true,
            write: |_| {},
            comment_until: None,
            without_draft: false,
        }
    }

    pub(crate) fn register(&self) -> &Register {
        self.register.as_ref().unwrap()
    }

    /// The register is closed; whoever has its directory can open it.
    pub(crate) fn take(&mut self) -> Option<Register> {
        self.register.take()
    }

    /// What a keeper logs who looks at nothing.
    pub(crate) fn without_door<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        self.honest = false;
        let done = act(self);
        self.honest = true;
        done
    }

    /// Appends to the files of the log, past everything that a keeper checks.
    fn force(
        &mut self,
        on: &str,
        signed: &SignedRecord,
        documents: &BTreeMap<DocumentName, Vec<u8>>,
    ) -> Digest {
        use countersign_log::{FsStorage, Writer, load_secret};
        use countersign_verify::{ABOUT, Leaf, NoteSigner, SIGNED_BY};
        let (_, record) = signed.open().unwrap();
        let register = self.register.take().unwrap();
        let blobs = register.documents();
        blobs.put(&signed.record.to_bytes().unwrap()).unwrap();
        for bytes in documents.values() {
            blobs.put(bytes).unwrap();
        }
        drop(register);
        let about: Vec<&str> = record.head.about.iter().map(|subject| subject.as_str()).collect();
        let leaf = Leaf {
            kind: record.kind,
            time: format!("{on}T12:00:00Z").parse().unwrap(),
            sha256: signed.digest().unwrap(),
            subject: about[0].to_owned(),
            documents: documents.iter().map(|(name, bytes)| (name.clone(), Digest::of(bytes))).collect(),
            extra: BTreeMap::from([
                (ABOUT.to_owned(), about.join(" ")),
                (SIGNED_BY.to_owned(), signed.signer.to_string()),
            ]),
        };
        let dir = self.directory.path().join("r");
        let secret = load_secret(&dir.join("keys/register.key")).unwrap();
        let key = NoteSigner::from_secret_text(&secret).unwrap();
        let storage = std::sync::Arc::new(FsStorage::open(dir.join("log")).unwrap());
        let mut writer = Writer::open(storage, key, std::time::Duration::ZERO).unwrap();
        writer.append(&[leaf.to_bytes().unwrap()]).unwrap();
        drop(writer);
        self.register = Some(Register::open_to_append(&dir, std::time::Duration::ZERO).unwrap());
        signed.digest().unwrap()
    }

    pub(crate) fn append(
        &mut self,
        on: &str,
        by: u8,
        kind: RecordKind,
        about: &[&str],
        content: Value,
        documents: BTreeMap<DocumentName, Vec<u8>>,
    ) -> Result<Digest, RegisterFault> {
        let predicate = json!({
            "about": about, "by": {"name": "x"}, "date": on, "summary": "a record", "content": content,
        });
        let digests = documents.iter().map(|(name, bytes)| (name.clone(), Digest::of(bytes))).collect();
        let signed = SignedRecord::sign(kind, predicate, &digests, &seed(by)).unwrap();
        if !self.honest {
            return Ok(self.force(on, &signed, &documents));
        }
        let entry = NewEntry { signed: &signed, documents, withheld: BTreeSet::new() };
        let time = format!("{on}T12:00:00Z").parse().unwrap();
        self.register.as_mut().unwrap().append(&entry, &time).map(|receipt| receipt.record)
    }

    /// A text of the assessment `id` for `end_user`, by the assessor `by`; a final with its draft.
    pub(crate) fn text(
        &mut self,
        on: &str,
        by: u8,
        id: &str,
        end_user: &str,
        draft: Option<Digest>,
    ) -> Result<Digest, RegisterFault> {
        self.text_filed("vendor:v", on, by, id, end_user, draft)
    }

    /// The same with a record that is filed under another vendor.
    pub(crate) fn text_filed(
        &mut self,
        vendor: &str,
        on: &str,
        by: u8,
        id: &str,
        end_user: &str,
        draft: Option<Digest>,
    ) -> Result<Digest, RegisterFault> {
        let filing = Filing { vendor, key: seed(by).public().to_string(), change: |public| public };
        self.text_as(&filing, on, by, id, end_user, draft)
    }

    pub(crate) fn text_as(
        &mut self,
        filing: &Filing<'_>,
        on: &str,
        by: u8,
        id: &str,
        end_user: &str,
        draft: Option<Digest>,
    ) -> Result<Digest, RegisterFault> {
        let vendor = filing.vendor;
        // the text says itself under which subjects it is filed
        let text = TEXT
            .replace("key: key-waal", &format!("key: '{}'", filing.key))
            .replace("id: S-1", &format!("id: {}", id.trim_start_matches("assessment:")))
            .replace("{name: Kit,", "{name: Kit, subject: 'product:p',")
            .replace("{id: vendor,", "{id: vendor, subject: 'vendor:v',")
            .replace("{id: lab,", &format!("{{id: lab, subject: '{end_user}',"));
        let mut document = Assessment::parse(&text, "text.yaml").unwrap();
        document.answers.insert("PC-02".into(), answer("unknown"));
        // the log's own days count
        (document.dates.comments_open, document.dates.comments_close) = (None, None);
        (self.write)(&mut document);
        let value = serde_json::to_value(&document).unwrap();
        let mut n = 0u64;
        let commitment = commit(&value, || {
            n += 1;
            *Digest::of(format!("{on} {n}").as_bytes()).as_bytes()
        })
        .unwrap();
        let public = (filing.change)(serde_json::to_string(&publish(&commitment, &[]).unwrap()).unwrap());
        let public = public.into_bytes();
        let name: DocumentName = "assessment-public.json".parse().unwrap();
        let mut content = json!({
            "id": id, "version": 1, "status": "draft", "stage": "sale",
            "scope": {"vendor": vendor, "product": "product:p", "version": "4.1", "end_user": end_user, "country": "CL"},
            "question_set": {"id": "q", "sha256": Digest::of(b"q")},
            "assessors": [{"name": "x", "organisation": "y", "key": seed(by).public()}],
            "document": name, "declarations": [],
        });
        match draft {
            None if self.without_draft => {
                content["status"] = "final".into();
                content["valid_until"] = "2027-12-31".into();
            }
            None => {
                let thirtieth = || (0..30).fold(day(on), |day, _| day.tomorrow().unwrap()).to_string();
                content["comment_until"] = self.comment_until.map_or_else(thirtieth, str::to_owned).into();
            }
            Some(draft) => {
                content["status"] = "final".into();
                content["draft"] = json!({"record": draft});
                content["valid_until"] = "2027-12-31".into();
            }
        }
        let about = [id, vendor, "product:p", end_user];
        self.append(on, by, RecordKind::Assessment, &about, content, BTreeMap::from([(name, public)]))
    }

    /// A final text that names no draft.
    pub(crate) fn last_without_draft(
        &mut self,
        filing: &Filing<'_>,
        on: &str,
    ) -> Result<Digest, RegisterFault> {
        self.without_draft = true;
        let done = self.text_as(filing, on, WAAL, "assessment:a", "operator:lab", None);
        self.without_draft = false;
        done
    }

    pub(crate) fn says(
        &mut self,
        on: &str,
        by: u8,
        kind: RecordKind,
        content: Value,
    ) -> Result<Digest, RegisterFault> {
        self.append(on, by, kind, &["assessment:a"], content, BTreeMap::new())
    }

    pub(crate) fn known(&self, on: &str) -> Assessed {
        assessed(self.register(), &self.register().replay().unwrap(), day(on)).unwrap()
    }

    pub(crate) fn state(&self, of: Digest, on: &str) -> State {
        let all = self.known(on);
        let found = all.all.iter().find(|a| a.record == of).unwrap();
        state_at(&found.events, day(on)).unwrap().event
    }

    pub(crate) fn draft_of(&self, of: Digest) -> Option<Date> {
        let all = self.known("2028-01-01");
        all.all.iter().find(|a| a.record == of).unwrap().draft_logged
    }

    pub(crate) fn of(&self, record: Digest, on: &str) -> LoggedAssessment {
        self.known(on).all.into_iter().find(|a| a.record == record).unwrap()
    }

    /// A text that went live on 2026-03-01 after its draft of 2026-01-12.
    pub(crate) fn live(&mut self) -> Digest {
        let draft = self.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
        self.text("2026-03-01", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap()
    }

    /// A confirmed finding about the product.
    pub(crate) fn finding(&mut self, on: &str) -> Digest {
        // of the year's end elsewhere
        let content = finding()["content"].to_string().replace("2026-10-0", "2026-02-0");
        let content = serde_json::from_str(&content).unwrap();
        let report = BTreeMap::from([("report.txt".parse().unwrap(), REPORT.to_vec())]);
        self.append(on, LAB, RecordKind::Finding, &["vendor:v", "product:p"], content, report).unwrap()
    }

    /// Deletes the file of a record or a document, as whoever can write the directory can.
    pub(crate) fn delete(&mut self, digest: Digest) {
        let name = digest.to_string();
        let (first, rest) = name.split_at(2);
        let path = self.directory.path().join("r/documents").join(first).join(rest);
        std::fs::remove_file(path).unwrap();
    }

    /// A comment on a text of `assessment:a`.
    pub(crate) fn comment(&mut self, on: &str, of: Digest) -> Digest {
        let content = json!({"of": {"record": of}, "text": format!("I have the binary, {on}")});
        self.says(on, SOMEONE, RecordKind::Comment, content).unwrap()
    }

    /// Waal's answer to a comment.
    pub(crate) fn answer(&mut self, on: &str, to: Digest) -> Digest {
        let content = json!({"to": {"record": to}, "disposition": "rejected", "reason": "r"});
        self.says(on, WAAL, RecordKind::Response, content).unwrap()
    }

    pub(crate) fn judged(&self, of: Digest, on: &str) -> Judgement {
        let set = countersign_assessments::QuestionSet::embedded().unwrap();
        let replay = self.register().replay().unwrap();
        let known = self.known(on);
        let of = known.all.iter().find(|a| a.record == of).unwrap();
        known.judge(of, &replay, &set, day(on))
    }

    /// What fails, or is open, of the publication of a text.
    pub(crate) fn gaps(&self, of: Digest, on: &str) -> Vec<(String, bool)> {
        self.judged(of, on).publication.into_iter().map(|gap| (gap.rule, gap.failed)).collect()
    }

    pub(crate) fn challenge(&mut self, on: &str, by: u8, of: Digest) -> Result<Digest, RegisterFault> {
        let content = json!({"of": {"record": of}, "grounds": ["REV-01"], "text": "t"});
        self.says(on, by, RecordKind::Challenge, content)
    }

    pub(crate) fn decide(
        &mut self,
        on: &str,
        by: u8,
        of: Digest,
        outcome: &str,
    ) -> Result<Digest, RegisterFault> {
        let content = json!({"of": {"record": of}, "outcome": outcome, "reasons": "r",
                             "panel": [{"name": "p", "organisation": "q", "key": seed(by).public()}]});
        self.says(on, by, RecordKind::ChallengeDecision, content)
    }
}

pub(crate) fn suspension(of: Digest, trigger: &str) -> Value {
    json!({"of": {"record": of}, "since": "2026-03-01", "trigger": trigger, "reason": "r"})
}

pub(crate) fn reinstatement(of: Digest) -> Value {
    json!({"of": {"record": of}, "since": "2026-03-01", "reason": "r"})
}

/// Why the keeper does not take it in.
pub(crate) fn refused<T: std::fmt::Debug>(brought: Result<T, RegisterFault>) -> String {
    let fault = brought.unwrap_err();
    assert!(matches!(fault, RegisterFault::NeverCounts(_)), "{fault}");
    fault.to_string()
}
