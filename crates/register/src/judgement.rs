//! One assessment of a register, judged as of a day: by the question set, the rosters of its register, and what else is in
//! it. Nothing here decides: what an assessment lets pass is the law packs' question (`law/gate`).

use countersign_assessments::{
    Accredited, Assessment, CaseParty, Disposition, Earlier, Evaluation, Finding, Gap, GateInput, Known,
    LaterWork, Logged, Outcome, QuestionSet, Report, State, Tie, Verdict, check_independence,
    check_publication, discount_uncommented, evaluate_document, gate_facts, later_until, uncommented,
};
use countersign_model::{Date, Digest};
use countersign_verify::records::{AssessmentStatus, Content, Disposition as Answered, Member, Role, YesNo};
use countersign_verify::{KeyRing, PublicKey};

use crate::assessed::{Assessed, Gone, LoggedAssessment};
use crate::filed::Filed;
use crate::replay::Replay;
use crate::triggers::TriggerReport;

/// The keys of a register as the independence rules ask for them: whose they were, by the entries before one.
#[derive(Debug)]
pub struct Rosters<'a> {
    ring: &'a KeyRing,
    before: u64,
    funders: Vec<String>,
}

impl Accredited for Rosters<'_> {
    fn why_not(&self, organisation: &str, key: &str, day: Date) -> Option<String> {
        let Ok(public) = key.parse::<PublicKey>() else { return Some(format!("`{key}` is no key")) };
        match self.ring.holds(&public, Role::Assessor, self.before, day) {
            Err(fault) => Some(fault.to_string()),
            Ok(holder) if holder.as_deref() == Some(organisation) => None,
            Ok(holder) => Some(format!(
                "the key is on the roster for `{}`, not for `{organisation}`",
                holder.unwrap_or_default()
            )),
        }
    }

    fn distrust(&self) -> Option<String> {
        self.funders.is_empty().then(|| "the register's rosters name no funders".to_owned())
    }
}

impl Replay {
    /// The rosters as they stand at the end of the register.
    pub fn rosters(&self) -> Rosters<'_> {
        self.rosters_before(self.size())
    }

    fn rosters_before(&self, before: u64) -> Rosters<'_> {
        let funders = self.sound().filter_map(|(entry, _)| match &entry.record.content {
            Content::Roster(roster) if entry.index < before => Some(&roster.funders),
            _ => None,
        });
        let funders = funders.last().into_iter().flatten().map(ToString::to_string).collect();
        Rosters { ring: self.ring(), before, funders }
    }
}

/// One assessment, judged as of a day.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Judgement {
    /// What its answers mean.
    pub evaluation: Evaluation,
    /// Its independence.
    pub independence: Vec<Finding>,
    /// Its publication.
    pub publication: Vec<Gap>,
}

impl Assessed {
    /// Judges one assessment by the question set, the rosters of its register, and what else is in it.
    pub fn judge(&self, of: &LoggedAssessment, replay: &Replay, set: &QuestionSet, as_of: Date) -> Judgement {
        self.judge_with_ties(of, replay, set, &[], as_of)
    }

    /// The same, knowing more than the declarations. `ties`: who works for, owns or pays whom, as others than the declarations tell.
    pub fn judge_with_ties(
        &self,
        of: &LoggedAssessment,
        replay: &Replay,
        set: &QuestionSet,
        ties: &[Tie],
        as_of: Date,
    ) -> Judgement {
        let roster = replay.rosters_before(of.index);
        let earlier: Vec<Earlier> = self
            .all
            .iter()
            .filter(|a| a.status == AssessmentStatus::Final && a.index < of.index && a.id != of.id)
            .flat_map(|a| {
                let group: Vec<String> = a.document.vendor_group().into_iter().map(str::to_owned).collect();
                let leads = a.document.declarations.iter().filter(|d| d.lead);
                leads.map(move |d| Earlier {
                    lead: d.person.clone(),
                    group: group.clone(),
                    logged_on: a.logged,
                })
            })
            .collect();
        let known = Known {
            roster: Some(&roster),
            assessor_signed: Some(of.signed),
            reviewer_signed: of
                .review
                .as_ref()
                .filter(|r| r.key.to_string() == of.document.reviewer.key)
                .map(|r| r.date.0),
            earlier: &earlier,
            logged: (of.status == AssessmentStatus::Final).then_some(of.logged),
            later: &self.later_work(of),
            ties,
        };
        let digests = of.comments_before();
        let document = of.with_answers();
        // what was in the log before the text is its assessor's to answer
        let reports: Vec<Report> = of
            .reports
            .iter()
            .filter(|r| r.is_misuse() && r.index < of.index && r.is_credible() && !r.is_withdrawn(as_of))
            .map(TriggerReport::to_answer)
            .collect();
        let mut publication = check_publication(&document, &of.logged_times(&digests));
        let gone: Vec<String> =
            digests.iter().filter(|d| replay.record(d).is_none()).map(Digest::short).collect();
        for gap in publication.iter_mut().filter(|gap| gap.rule == "PUB-04") {
            if gone.iter().any(|short| gap.why.contains(short.as_str())) {
                gap.why = format!("{} (its text is gone from this copy)", gap.why);
            }
        }
        if let Some(why) = &of.no_draft {
            for gap in publication.iter_mut().filter(|gap| gap.rule == "PUB-01") {
                gap.why = format!("{}: {why}", gap.why);
            }
        }
        let mut evaluation = evaluate_document(&document, set, &reports, as_of);
        let draft = of.draft.and_then(|record| self.all.iter().find(|a| a.record == record));
        if let Some(draft) = draft {
            let name = format!("the draft of entry {}", draft.index);
            let before = evaluate_document(&draft.document, set, &reports, as_of);
            discount_uncommented(&mut evaluation, &before, set, &name);
            publication.extend(uncommented(&document, &draft.document, draft.logged, &name));
        }
        let mut independence = check_independence(&document, &known);
        independence.extend(self.gone_texts(of));
        independence.extend(self.told_false(of, replay));
        Judgement { evaluation, independence, publication }
    }

    /// What texts that are gone leave open: who led them (IND-07), and for whom the team worked afterwards (IND-05). Of
    /// whatever organisation, since a lead can have changed it.
    fn gone_texts(&self, of: &LoggedAssessment) -> Vec<Finding> {
        let Ok(filed) = Filed::of(&of.document) else { return Vec::new() };
        let vendor = filed.vendor.as_str();
        let year_after = later_until(of.logged);
        let open = |rule: &str, gone: &Gone, what: &str| Finding {
            rule: rule.to_owned(),
            verdict: Verdict::Incomplete,
            why: format!(
                "the text of entry {}, about the same vendor, is gone from this copy: {what} is not known",
                gone.index
            ),
        };
        self.gone
            .iter()
            .filter(|gone| gone.index != of.index && gone.about.iter().any(|subject| subject == vendor))
            .filter_map(|gone| {
                if gone.index < of.index {
                    (!gone.is_draft).then(|| open("IND-07", gone, "whether the lead stepped back"))
                } else {
                    (gone.logged <= year_after)
                        .then(|| open("IND-05", gone, "whether the team worked for the vendor afterwards"))
                }
            })
            .collect()
    }

    /// A declaration of the same key was false (REV-02): until who accredits has spoken, what it declared elsewhere is not
    /// known to be true (assessment method, section 4).
    fn told_false(&self, of: &LoggedAssessment, replay: &Replay) -> Vec<Finding> {
        let key = &of.document.assessor.key;
        let voided = self.all.iter().filter(|other| {
            other.record != of.record
                && other.document.assessor.key == *key
                && other.events.iter().any(|event| event.event == State::Void)
        });
        let entry = |other: &LoggedAssessment| {
            replay.sound().find_map(|(entry, _)| match &entry.record.content {
                Content::Revocation(r) if r.of.record == other.record && r.void == YesNo::Yes => {
                    Some(entry.index)
                }
                _ => None,
            })
        };
        let accredited_since = |index: u64| {
            let named =
                |member: &Member| member.key.to_string() == *key && member.roles.contains(&Role::Assessor);
            replay.sound().filter(|(entry, _)| entry.index > index).any(|(entry, _)| {
                match &entry.record.content {
                    Content::Accreditation(accreditation) => named(&accreditation.member),
                    Content::Roster(roster) => roster.members.iter().any(named),
                    _ => false,
                }
            })
        };
        let told = voided.filter_map(entry).filter(|index| !accredited_since(*index));
        told.map(|index| Finding {
            rule: "IND-13".to_owned(),
            verdict: Verdict::Incomplete,
            why: format!(
                "entry {index} found a declaration of this assessor's key false, and nobody has accredited the key since: what \
                 it declared here is not known to be true"
            ),
        })
        .collect()
    }

    /// Services that declarations in later entries tell (IND-05).
    fn later_work(&self, of: &LoggedAssessment) -> Vec<LaterWork> {
        let mut found = Vec::new();
        for other in self.all.iter().filter(|a| a.index > of.index) {
            let name = |id: &str| other.document.party(id).map_or(id, |party| party.name.as_str()).to_owned();
            for declaration in &other.document.declarations {
                found.extend(declaration.services.members().iter().map(|work| LaterWork {
                    person: declaration.person.clone(),
                    firm: name(&declaration.organisation),
                    party: name(&work.party),
                    text: work.text.clone(),
                    to: work.to,
                    declared: declaration.signed_on.0,
                    entry: other.index,
                }));
            }
        }
        found
    }

    /// The entry of a case's `assessments` for one assessment.
    pub fn gate_facts(
        &self,
        of: &LoggedAssessment,
        judgement: &Judgement,
        parties: &[CaseParty<'_>],
    ) -> serde_json::Value {
        let digests = of.comments_before();
        let logged = of.logged_times(&digests);
        gate_facts(
            &GateInput {
                document: &of.document,
                evaluation: &judgement.evaluation,
                independence: &judgement.independence,
                publication: &judgement.publication,
                logged: &logged,
                redaction: Some(&of.redaction),
                root: of.public.root,
                // a replay compares every entry with the signed root
                inclusion_proven: true,
                events: &of.events,
            },
            parties,
        )
    }
}

impl LoggedAssessment {
    /// The comments that were logged before this text: what was said of it since is talk about it, no part of its consultation.
    fn comments_before(&self) -> Vec<Digest> {
        self.comments.iter().filter(|(_, at)| **at < self.index).map(|(digest, _)| *digest).collect()
    }

    fn logged_times<'a>(&self, comments: &'a [Digest]) -> Logged<'a> {
        let last = (self.status == AssessmentStatus::Final).then_some(self.logged);
        Logged { draft: self.draft_logged, last, announced: self.announced, comments }
    }

    /// The text with the answers to comments that were signed as records of their own.
    fn with_answers(&self) -> Assessment {
        let mut document = self.document.clone();
        for (comment, (disposition, reason)) in &self.answers_before {
            if document.comments.iter().all(|d| d.comment != *comment) {
                let outcome = match disposition {
                    Answered::Accepted => Outcome::Accepted,
                    Answered::Partly => Outcome::Partly,
                    Answered::Rejected => Outcome::Rejected,
                };
                document.comments.push(Disposition { comment: *comment, outcome, reason: reason.clone() });
            }
        }
        document
    }
}
