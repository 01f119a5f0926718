//! A case, or a possible match, as a line of a list.

use countersign_desk::queue as queues;
use countersign_desk::{Case, Match};
use countersign_model::Date;
use countersign_pages::words::Desk;

use crate::desk::speech;
use crate::desk::view::{CaseLine, MatchLine};

pub(super) fn case_line(case: &Case, today: Date, why: Option<&str>, w: &Desk) -> CaseLine {
    CaseLine {
        id: case.id.clone(),
        title: case.title.clone(),
        applicant: case.applicant.clone(),
        waits: why.unwrap_or_else(|| speech::waits(queues::waits(case), w)).to_owned(),
        due: case.due.to_string(),
        late: queues::is_late(case, today),
        assigned: case.assigned.as_ref().map_or_else(String::new, |(_, name)| name.clone()),
    }
}

pub(super) fn match_line(case: &Case, m: &Match, w: &Desk) -> MatchLine {
    let (tone, state) = speech::match_state(m.state, m.said.as_ref().map(|said| said.verdict), w);
    MatchLine {
        case: case.id.clone(),
        id: m.id.clone(),
        name: m.of.name.clone(),
        caption: m.of.caption.clone(),
        source: m.of.source.clone(),
        score: m.of.score.clone(),
        state,
        tone,
    }
}
