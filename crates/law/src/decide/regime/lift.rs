//! Which exception or general authorisation lifts a requirement, and which bars close it.

use super::found::{Found, Pair};
use crate::eval::{Deps, Tri};
use crate::facts::Examined;
use crate::pack::{Role, Rule};

/// Whether an exception lifts a requirement.
pub(super) enum Lift<'a> {
    /// Its terms fit; a general bar may still close it, once these are known.
    By(&'a Rule, &'a Examined, Deps),
    /// Its terms cannot be settled, so it does not fit; it might, once these are known.
    Possible(Deps),
    Never,
}

/// The exception, if any, that lifts a requirement. Bars are examined first: one that holds closes the exception.
pub(super) fn lift<'a>(
    rules: &Found<'a>,
    required: &Rule,
    on: &Examined,
    closed: &mut Vec<Pair<'a>>,
) -> Lift<'a> {
    let mut possible = Deps::new();
    for (rule, examined) in rules.exceptions(required, on.resource) {
        let bars = bars(rules, rule, examined);
        let holding: Vec<_> = bars.iter().filter(|(_, b)| b.truth.is_true()).copied().collect();
        if !holding.is_empty() {
            // a general bar is determining only where it closes an exception that otherwise fits
            if examined.truth.is_true() {
                closed.extend(holding.iter().filter(|(b, _)| !own_paragraph(b, rule)).copied());
            }
            continue;
        }
        // bars that name it are its terms; a bar of every exception leaves it fitting, and the verdict open
        let (mut terms, mut pending) = (Deps::new(), Deps::new());
        let mut own_open = false;
        for (bar, found) in &bars {
            if let Tri::Unknown(more) = &found.truth {
                let own = !matches!(&bar.role, Role::Bar { bars } if bars.iter().any(|b| b == "*"));
                own_open |= own;
                if own { &mut terms } else { &mut pending }.join(more);
            }
        }
        match &examined.truth {
            Tri::True if !own_open => return Lift::By(rule, examined, pending),
            Tri::Unknown(more) => terms.join(more),
            _ => {}
        }
        possible.join(&terms);
        possible.join(&pending);
    }
    if possible.is_empty() { Lift::Never } else { Lift::Possible(possible) }
}

/// The bars of an exception that hold or are open, as far as they look at the same thing.
pub(super) fn bars<'a>(rules: &Found<'a>, exception: &Rule, on: &Examined) -> Vec<Pair<'a>> {
    let mut out = rules.bars.clone();
    out.retain(|(rule, examined)| {
        let Role::Bar { bars } = &rule.role else { return false };
        // `* -ID`: every exception but this one
        let spared = bars.iter().any(|b| b.strip_prefix('-') == Some(exception.id.as_str()));
        let names = !spared && bars.iter().any(|b| b == "*" || *b == exception.id);
        names && (rule.resource != exception.resource || examined.resource == on.resource)
    });
    out
}

/// `EAR-740.22c1ii` is a paragraph of `EAR-740.22`, not a bar from outside.
fn own_paragraph(bar: &Rule, exception: &Rule) -> bool {
    bar.id.starts_with(&exception.id)
}
