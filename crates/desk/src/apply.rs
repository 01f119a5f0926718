//! What a step does to a case, and when it is refused. A refused step changes nothing.

use countersign_identity::Role;
use countersign_model::Digest;

use crate::case::{
    Appeal, Case, CaseState, Check, Decided, Document, Match, MatchState, MatchVerdictGiven, Note, Proposal,
    Question, Signature, Timed,
};
use crate::refused::{NotYet, Refused};
use crate::signature::check_signature;
use crate::step::{Entry, MatchOf, MatchVerdict, Step};

/// The most characters of a text that people write.
const LONG: usize = 20_000;
/// The most characters of a name or a title.
const SHORT: usize = 300;

fn text(what: &'static str, text: &str, most: usize) -> Result<String, Refused> {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.chars().count() > most {
        return Err(Refused::Text { what, most });
    }
    Ok(trimmed.to_owned())
}

impl Case {
    /// A case as its opening makes it.
    pub fn open(id: &str, index: u64, entry: &Entry) -> Result<Self, Refused> {
        let Step::Open { kind, title, applicant, facts, due, policy } = &entry.step else {
            return Err(Refused::NoCase(id.to_owned()));
        };
        policy.check().map_err(Refused::Policy)?;
        let opened = Timed { index, by: entry.by.clone(), time: entry.time.clone() };
        Ok(Self {
            id: id.to_owned(),
            kind: *kind,
            title: text("the title", title, SHORT)?,
            applicant: text("the name of the applicant or party", applicant, SHORT)?,
            due: *due,
            policy: policy.clone(),
            state: CaseState::Open,
            assigned: None,
            facts: *facts,
            check: None,
            check_is_stale: false,
            matches: Vec::new(),
            documents: Vec::new(),
            questions: Vec::new(),
            notes: Vec::new(),
            proposal: None,
            signatures: Vec::new(),
            escalated: None,
            returned: None,
            decisions: Vec::new(),
            appeals: Vec::new(),
            workers: std::iter::once(entry.by.user.clone()).collect(),
            revision: index,
            steps: vec![(opened.clone(), entry.step.clone())],
            opened,
        })
    }

    /// Takes a step. `index` is its entry of the journal.
    ///
    /// # Errors
    /// Why the step is not allowed; the case is then as it was.
    pub fn apply(&mut self, index: u64, entry: &Entry) -> Result<(), Refused> {
        let mut next = self.clone();
        next.take(index, entry)?;
        *self = next;
        Ok(())
    }

    fn take(&mut self, index: u64, entry: &Entry) -> Result<(), Refused> {
        let step = &entry.step;
        let who = Timed { index, by: entry.by.clone(), time: entry.time.clone() };
        self.may_be_taken(step)?;
        if step.is_edit() {
            // whatever was signed is not what there is now
            if self.state == CaseState::Signing {
                self.state = CaseState::Open;
                self.proposal = None;
                self.signatures.clear();
                self.returned =
                    Some((format!("voided by a change: {}", step.word().replace('_', " ")), who.clone()));
            }
            self.revision = index;
        }
        self.change(step, &who)?;
        if step.is_work() {
            self.workers.insert(entry.by.user.clone());
        }
        self.steps.push((who, step.clone()));
        Ok(())
    }

    fn may_be_taken(&self, step: &Step) -> Result<(), Refused> {
        let refuse = |why| Err(Refused::State { state: self.state, why });
        match (self.state, step) {
            (_, Step::Note { .. } | Step::Assign { .. }) => Ok(()),
            (CaseState::Decided, Step::Appeal { .. }) => Ok(()),
            (CaseState::Decided, _) => refuse("only an appeal opens it again"),
            (CaseState::Withdrawn, _) => refuse("open a new one"),
            (_, Step::Appeal { .. }) => refuse("an appeal is against a decision"),
            (CaseState::Open, Step::Sign { .. } | Step::Decide { .. } | Step::Return { .. }) => {
                refuse("someone has to propose how it ends first")
            }
            (_, Step::Open { .. }) => Err(Refused::CaseThere(self.id.clone())),
            (_, Step::Enrol { .. }) => Err(Refused::Form("a key is a person's, not a case's".to_owned())),
            _ => Ok(()),
        }
    }

    fn change(&mut self, step: &Step, who: &Timed) -> Result<(), Refused> {
        match step {
            Step::Open { .. } | Step::Enrol { .. } => {}
            Step::Facts { facts, reason } => {
                text("why the facts are other ones", reason, LONG)?;
                self.facts = Some(*facts);
                self.check_is_stale = self.check.is_some();
            }
            Step::Check { facts, decision, index, answer, as_of, missing } => {
                if self.facts != Some(*facts) {
                    return Err(Refused::Outcome(NotYet::OtherFacts));
                }
                self.check = Some(Check {
                    facts: *facts,
                    decision: *decision,
                    index: *index,
                    answer: *answer,
                    as_of: as_of.clone(),
                    missing: missing.clone(),
                    by: who.clone(),
                });
                self.check_is_stale = false;
            }
            Step::Document { name, sha256, bytes, from, about } => {
                self.documents.push(Document {
                    name: text("the name of the document", name, SHORT)?,
                    sha256: *sha256,
                    bytes: *bytes,
                    from: *from,
                    about: about.trim().to_owned(),
                    added: who.clone(),
                });
            }
            Step::Note { text: note } => {
                self.notes.push(Note { text: text("something", note, LONG)?, by: who.clone() });
            }
            Step::Assign { to, name } => {
                self.assigned = to.clone().map(|to| {
                    let name = name.clone().unwrap_or_else(|| to.clone());
                    (to, name)
                });
            }
            Step::Withdraw { reason } => {
                text("why it is withdrawn", reason, LONG)?;
                self.state = CaseState::Withdrawn;
            }
            Step::Match { .. }
            | Step::ProposeMatch { .. }
            | Step::ConfirmMatch { .. }
            | Step::ReturnMatch { .. }
            | Step::LaterMatch { .. } => self.change_match(step, who)?,
            Step::Ask { .. } | Step::Answer { .. } | Step::DropQuestion { .. } => {
                self.change_question(step, who)?
            }
            _ => self.change_end(step, who)?,
        }
        Ok(())
    }

    fn change_match(&mut self, step: &Step, who: &Timed) -> Result<(), Refused> {
        match step {
            Step::Match { id, of } => self.add_match(id, of),
            Step::ProposeMatch { id, verdict, reason, evidence, until, condition } => {
                self.have_documents(evidence)?;
                let said = MatchVerdictGiven {
                    verdict: *verdict,
                    reason: text("why", reason, LONG)?,
                    evidence: evidence.clone(),
                    until: *until,
                    condition: condition
                        .as_deref()
                        .map(str::trim)
                        .filter(|c| !c.is_empty())
                        .map(str::to_owned),
                    by: who.clone(),
                };
                self.propose_match(id, said)
            }
            Step::ConfirmMatch { id } => self.confirm_match(id, who),
            Step::ReturnMatch { id, reason } => {
                let reason = text("why", reason, LONG)?;
                let m = self.match_of(id)?;
                if m.state != MatchState::Proposed {
                    return Err(Refused::NotProposed(id.clone()));
                }
                m.state = MatchState::Undecided;
                m.confirmed = None;
                m.returned = Some((reason, who.clone()));
                Ok(())
            }
            Step::LaterMatch { id, until, reason } => {
                let reason = text("why", reason, LONG)?;
                let m = self.match_of(id)?;
                if m.state != MatchState::Undecided {
                    return Err(Refused::MatchDecided(id.clone()));
                }
                m.later = Some((*until, reason));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn match_of(&mut self, id: &str) -> Result<&mut Match, Refused> {
        let unknown = || Refused::Unknown { what: "possible match", id: id.to_owned() };
        self.matches.iter_mut().find(|m| m.id == *id).ok_or_else(unknown)
    }

    fn add_match(&mut self, id: &str, of: &MatchOf) -> Result<(), Refused> {
        if self.possible_match(id).is_some() {
            return Err(Refused::Form(format!("the possible match `{id}` is there already")));
        }
        self.matches.push(Match {
            id: id.to_owned(),
            of: of.clone(),
            state: MatchState::Undecided,
            said: None,
            confirmed: None,
            later: None,
            returned: None,
        });
        self.check_is_stale = self.check.is_some();
        Ok(())
    }

    /// One that was decided may be looked at again; it is undecided until as many people agree as the policy asks for.
    fn propose_match(&mut self, id: &str, said: MatchVerdictGiven) -> Result<(), Refused> {
        let eyes = match said.verdict {
            MatchVerdict::Same => self.policy.matches.same,
            MatchVerdict::NotSame => self.policy.matches.not_same,
        };
        let m = self.match_of(id)?;
        m.said = Some(said);
        (m.later, m.returned, m.confirmed) = (None, None, None);
        m.state = if eyes == 1 { MatchState::Decided } else { MatchState::Proposed };
        self.check_is_stale = self.check.is_some();
        Ok(())
    }

    fn confirm_match(&mut self, id: &str, who: &Timed) -> Result<(), Refused> {
        let m = self.match_of(id)?;
        let (MatchState::Proposed, Some(said)) = (m.state, &m.said) else {
            return Err(Refused::NotProposed(id.to_owned()));
        };
        if said.by.by.user == who.by.user {
            return Err(Refused::OwnWork(who.by.name.clone()));
        }
        m.state = MatchState::Decided;
        m.confirmed = Some(who.clone());
        self.check_is_stale = self.check.is_some();
        Ok(())
    }

    fn change_question(&mut self, step: &Step, who: &Timed) -> Result<(), Refused> {
        if let Step::Ask { id, text: question, due } = step {
            if self.questions.iter().any(|q| q.id == *id) {
                return Err(Refused::Form(format!("the question `{id}` is there already")));
            }
            self.questions.push(Question {
                id: id.clone(),
                text: text("what you ask", question, LONG)?,
                due: *due,
                asked: who.clone(),
                answer: None,
                dropped: None,
            });
            return Ok(());
        }
        let (Step::Answer { id, text: said } | Step::DropQuestion { id, reason: said }) = step else {
            return Ok(());
        };
        let said = (text("what was answered, or why it is asked no more", said, LONG)?, who.clone());
        let open = self.questions.iter_mut().find(|q| q.id == *id && q.is_open());
        let question = open.ok_or_else(|| Refused::Unknown { what: "open question", id: id.clone() })?;
        match step {
            Step::Answer { .. } => question.answer = Some(said),
            _ => question.dropped = Some(said),
        }
        Ok(())
    }

    /// Steps on the way to a decision, and after it.
    fn change_end(&mut self, step: &Step, who: &Timed) -> Result<(), Refused> {
        match step {
            Step::Propose { outcome, reason, conditions, evidence, paper } => {
                self.may_end_with(outcome)?;
                let known = self.policy.outcome(outcome).cloned();
                let outcome =
                    known.ok_or_else(|| Refused::Unknown { what: "outcome", id: outcome.clone() })?;
                self.have_documents(evidence)?;
                let conditions = conditions.iter().map(|c| c.trim().to_owned());
                self.proposal = Some(Proposal {
                    outcome,
                    reason: text("why", reason, LONG)?,
                    conditions: conditions.filter(|c| !c.is_empty()).collect(),
                    evidence: evidence.clone(),
                    paper: *paper,
                    by: who.clone(),
                });
                self.signatures.clear();
                self.returned = None;
                self.state = CaseState::Signing;
            }
            // the signatures went with the proposal, as with any edit
            Step::Return { reason } => self.returned = Some((text("why", reason, LONG)?, who.clone())),
            Step::Sign { place, paper, key, signature } => {
                let role = self.next_to_sign(*place, paper, who)?;
                check_signature(self, who, (*place, role), paper, key, signature)?;
                let (key, by) = (key.clone(), who.clone());
                self.signatures.push(Signature { place: *place, role, key, by });
            }
            Step::Escalate { reason } => {
                let reason = text("why", reason, LONG)?;
                if self.escalated.is_some() {
                    return Err(Refused::Form("the case is escalated already".to_owned()));
                }
                self.escalated = Some((reason, who.clone()));
            }
            Step::Decide { paper } => self.decide(paper, who)?,
            Step::Appeal { by, grounds, received } => {
                self.appeals.push(Appeal {
                    appellant: text("who appeals", by, SHORT)?,
                    grounds: text("on what grounds", grounds, LONG)?,
                    received: *received,
                    by: who.clone(),
                });
                self.escalated = None;
                self.state = CaseState::Open;
                // what was known then need not be what is known now
                self.check_is_stale = self.check.is_some();
            }
            _ => {}
        }
        Ok(())
    }

    /// The role in which a person signs the paper at a place; refused unless it is the next place, and theirs.
    fn next_to_sign(&self, place: usize, paper: &Digest, who: &Timed) -> Result<Role, Refused> {
        let proposal = self.proposal.as_ref().ok_or(Refused::Paper)?;
        let Some((next, role)) = self.next_signature() else {
            return Err(Refused::Place { next: self.signatures.len() + 1, given: place });
        };
        if proposal.paper != *paper {
            return Err(Refused::Paper);
        }
        if place != next {
            return Err(Refused::Place { next, given: place });
        }
        if !who.by.roles.contains(&role) {
            return Err(Refused::Role { place: next, role });
        }
        self.is_another(who)?;
        Ok(role)
    }

    /// Closes the case as proposed, when every signature is there.
    fn decide(&mut self, paper: &Digest, who: &Timed) -> Result<(), Refused> {
        let proposal = self.proposal.as_ref().ok_or(Refused::Paper)?;
        if proposal.paper != *paper {
            return Err(Refused::Paper);
        }
        let needed = self.needed(&proposal.outcome).len();
        if self.signatures.len() != needed {
            let missing = needed.saturating_sub(self.signatures.len());
            return Err(Refused::Missing { missing, needed });
        }
        if self.workers.contains(&who.by.user) {
            return Err(Refused::OwnWork(who.by.name.clone()));
        }
        self.decisions.push(Decided {
            proposal: proposal.clone(),
            signatures: std::mem::take(&mut self.signatures),
            by: who.clone(),
        });
        self.proposal = None;
        self.state = CaseState::Decided;
        Ok(())
    }

    /// Whether a person may countersign now: not their own work, not twice, not once more after an appeal.
    fn is_another(&self, who: &Timed) -> Result<(), Refused> {
        let (user, name) = (&who.by.user, &who.by.name);
        if self.workers.contains(user) {
            return Err(Refused::OwnWork(name.clone()));
        }
        if self.signatures.iter().any(|s| s.by.by.user == *user) {
            return Err(Refused::Twice(name.clone()));
        }
        if self.signed_before(user) {
            return Err(Refused::EarlierSigner(name.clone()));
        }
        Ok(())
    }

    /// Whether a person may give the next signature, for showing the form.
    pub fn may_sign(&self, who: &crate::step::Actor) -> Result<(), Refused> {
        let Some((place, role)) = self.next_signature() else {
            return Err(Refused::State { state: self.state, why: "nothing is to be signed" });
        };
        if !who.roles.contains(&role) {
            return Err(Refused::Role { place, role });
        }
        self.is_another(&Timed { index: 0, by: who.clone(), time: String::new() })
    }

    /// Whether the case could end so now, the signatures left aside.
    pub fn may_end_with(&self, outcome: &str) -> Result<(), Refused> {
        let not_yet = |why| Err(Refused::Outcome(why));
        let Some(known) = self.policy.outcome(outcome) else {
            return Err(Refused::Unknown { what: "outcome", id: outcome.to_owned() });
        };
        if known.needs_check {
            match &self.check {
                None => return not_yet(NotYet::NoCheck),
                Some(_) if self.check_is_stale => return not_yet(NotYet::StaleCheck),
                Some(_) => {}
            }
        }
        if let Some(check) = self.check.as_ref().filter(|check| known.never_with.contains(&check.answer)) {
            return not_yet(NotYet::Answer(check.answer));
        }
        let undecided = self.undecided().count();
        if known.needs_matches && undecided > 0 {
            return not_yet(NotYet::Matches(undecided));
        }
        let open = self.open_questions().count();
        if known.needs_answers && open > 0 {
            return not_yet(NotYet::Questions(open));
        }
        Ok(())
    }

    fn have_documents(&self, digests: &[Digest]) -> Result<(), Refused> {
        match digests.iter().find(|digest| !self.documents.iter().any(|d| d.sha256 == **digest)) {
            Some(digest) => Err(Refused::Unknown { what: "document", id: digest.to_string() }),
            None => Ok(()),
        }
    }
}
