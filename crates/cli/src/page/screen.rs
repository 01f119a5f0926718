//! The possible matches of a name.

use super::text::{Page, count};
use countersign_operations::facts::on_list;
use countersign_operations::screen::Screen;
use countersign_operations::screening::{Found, State};
use countersign_screening::Hit;

/// The page of `screen`.
pub(crate) fn screen(screen: &Screen) -> String {
    let mut page = Page::default();
    let open = screen.hits.iter().filter(|f| f.state != State::NoMatch).count();
    let lists: Vec<String> =
        screen.lists.iter().map(|l| format!("{} {}", l.source, l.snapshot.short())).collect();
    page.hanging(
        0,
        2,
        &format!(
            "`{}`: {} at {:.2} or more, compared with {} of {}",
            screen.query.name,
            match open {
                0 => "no possible match".to_owned(),
                n => count(n, "possible match", "possible matches"),
            },
            screen.threshold,
            count(screen.compared, "entry", "entries"),
            lists.join(", ")
        ),
    );
    for found in &screen.hits {
        one(&mut page, found, screen);
    }
    if !screen.near_misses.is_empty() {
        page.heading("Near misses");
        for found in &screen.near_misses {
            one(&mut page, found, screen);
            if !found.hit.kept_below.is_empty() {
                page.hanging(
                    8,
                    10,
                    &format!(
                        "{} because {}",
                        if found.hit.score < screen.threshold { "below the threshold" } else { "no match" },
                        found.hit.kept_below.join("; ")
                    ),
                );
            }
        }
        if screen.more_near_misses > 0 {
            page.raw(format!("  and {} more", screen.more_near_misses));
        }
    }
    for note in &screen.notes {
        page.hanging(0, 2, &format!("Note: {note}"));
    }
    page.finish()
}

/// Two decimals; of a near miss rounded down, so that 0.698 does not look like one that reached 0.70.
pub(super) fn score(hit: &Hit) -> String {
    let shown = if hit.near_miss { (hit.score * 100.0 + 1e-6).floor() / 100.0 } else { hit.score };
    format!("{shown:.2}")
}

fn one(page: &mut Page, found: &Found, screen: &Screen) {
    let hit = &found.hit;
    page.hanging(
        2,
        8,
        &format!("{}  {}  ({}, {})", score(hit), hit.caption, hit.schema.as_str(), hit.entity),
    );
    for listing in &hit.listings {
        let effect = if listing.in_effect_on(screen.as_of) {
            String::new()
        } else {
            format!("; not in effect on {}", screen.as_of)
        };
        page.hanging(8, 10, &format!("{}{effect}", on_list(listing)));
    }
    if hit.listings.is_empty() {
        page.hanging(8, 10, "on no list itself; linked to a listed party");
    }
    if let Some(words) = found.off_list() {
        page.hanging(8, 10, &words);
    }
    page.hanging(8, 10, &hit.line);
    if let Some(decided) = &found.disposition {
        let mut lapsed =
            found.reopened.as_ref().map_or_else(String::new, |why| format!("; open again: {why}"));
        if let Some(condition) = &decided.condition {
            lapsed.push_str(&format!("; on condition: {condition}"));
        }
        page.hanging(
            8,
            10,
            &format!(
                "decided by {} on {}: {} this entry ({}){lapsed}",
                decided.by,
                decided.time,
                decided.verdict.words(),
                decided.reason
            ),
        );
    }
}
