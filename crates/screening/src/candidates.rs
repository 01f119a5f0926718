//! Which listed names can reach a score at all. See `part.rs` for why none is missed.

use countersign_names::{
    Form, Joined, MAX_JOIN, NameKind, Nature, ParsedName, Token, acronym, allowed, likeness, skeleton_counts,
    skeleton_similarity, skeletons_may_match, stress, upper_bound, weight,
};

use crate::part::{Part, Posting, bits, scan_row};

/// Which words of the query and of one listed form have links to each other.
#[derive(Debug, Clone, Copy, Default)]
struct Linked {
    query: u64,
    listed: u64,
}

/// Scores are rounded to four decimals, so a score may exceed its bound by half of the last one.
const ROUNDING: f64 = 0.0001;

impl Part {
    /// The numbers of all names whose score against `query` may reach `need`, in order.
    pub(crate) fn candidates(&self, query: &ParsedName, need: f64) -> Vec<usize> {
        let mut found = vec![false; self.names.len()];
        for form in &query.forms {
            let mut linked = vec![Linked::default(); self.forms.len()];
            let mut touched = Vec::new();
            let mut mark = |places: &[Posting], query_bits: u64| {
                for place in places {
                    if let Some(entry) = linked.get_mut(place.form) {
                        if entry.query == 0 {
                            touched.push(place.form);
                        }
                        entry.query |= query_bits;
                        entry.listed |= place.mask;
                    }
                }
            };
            self.link(form, &mut mark);
            for number in touched {
                let (Some(entry), Some(listed)) = (linked.get(number), self.forms.get(number)) else {
                    continue;
                };
                // a native form meets only native ones, any other only others
                if listed.native == form.native
                    && self.bound(form, number, *entry) + ROUNDING >= need
                    && let Some(slot) = found.get_mut(listed.name)
                {
                    *slot = true;
                }
            }
        }
        found.iter().enumerate().filter(|(_, hit)| **hit).map(|(n, _)| n).collect()
    }

    /// The proven upper bound for one pair of forms.
    fn bound(&self, query: &Form, listed: usize, linked: Linked) -> f64 {
        let (mut ql, mut qu, mut ll, mut lu) = (0.0, 0.0, 0.0, 0.0);
        for (n, token) in query.tokens.iter().enumerate() {
            let w = weight(token, &self.rarity);
            if linked.query & bits(n, 1) == 0 {
                qu += w * stress(token, n, self.kind);
            } else {
                ql += w;
            }
        }
        if let Some(form) = self.forms.get(listed) {
            for (n, (w, stressed)) in form.weights.iter().enumerate() {
                if linked.listed & bits(n, 1) == 0 {
                    lu += stressed;
                } else {
                    ll += w;
                }
            }
        }
        upper_bound(self.kind, ql, qu, ll, lu)
    }

    /// Calls `mark` with every place that a word or run of words of the query is linked to.
    fn link(&self, form: &Form, mark: &mut impl FnMut(&[Posting], u64)) {
        let whole = bits(0, form.tokens.len());
        let mark_word = |id: usize, query_bits: u64, mark: &mut dyn FnMut(&[Posting], u64)| {
            if let Some(places) = self.postings.get(id) {
                mark(places, query_bits);
            }
        };
        for (n, token) in form.tokens.iter().enumerate() {
            for id in self.alike(token) {
                mark_word(id, bits(n, 1), mark);
            }
            for places in [
                self.joined_text.get(token.text()),
                self.joined_sound.get(token.sound()).filter(|_| !token.sound().is_empty()),
                self.joined_skeleton.get(token.skeleton()),
                self.acronyms.get(token.text()),
            ]
            .into_iter()
            .flatten()
            {
                mark(places, bits(n, 1));
            }
        }
        for len in 2..=MAX_JOIN {
            for (start, window) in form.tokens.windows(len).enumerate() {
                let keys = Joined::of(window);
                let by_sound = keys.sound.and_then(|sound| self.by_sound.get(&sound));
                let by_skeleton = keys
                    .skeleton
                    .and_then(|skeleton| self.skeletons.get(*self.by_skeleton.get(&skeleton)?))
                    .map(|row| &row.words);
                for id in
                    self.by_text.get(&keys.text).into_iter().chain(by_sound).chain(by_skeleton).flatten()
                {
                    mark_word(*id, bits(start, len), mark);
                }
            }
        }
        if self.kind == NameKind::Organization
            && let Some(short) = acronym(&form.tokens)
        {
            for id in self.by_text.get(&short).into_iter().flatten() {
                mark_word(*id, whole, mark);
            }
        }
    }

    /// Every word of the vocabulary that has a likeness to `token`.
    fn alike(&self, token: &Token) -> Vec<usize> {
        let mut maybe: Vec<usize> = Vec::new();
        let mut take = |ids: Option<&Vec<usize>>| maybe.extend(ids.into_iter().flatten());
        take(self.by_text.get(token.text()));
        take(token.concept().and_then(|c| self.by_concept.get(&c)));
        for family in token.families() {
            take(self.by_family.get(family));
        }
        take(token.stem().and_then(|s| self.by_text.get(s)));
        take(self.by_stem.get(token.text()));
        if let Some(first) = token.text().chars().next() {
            take(if token.nature() == Nature::Initial {
                self.by_first.get(&first)
            } else {
                self.initials.get(&first)
            });
        }
        let own = scan_row(token);
        let by_spelling = own.length > 3;
        for (id, row) in self.rows.iter().enumerate() {
            let shorter = own.length.min(row.length);
            let limit = u32::from(allowed(usize::from(shorter)));
            let text = by_spelling
                && u32::from(own.length.abs_diff(row.length)) <= limit
                && (own.letters ^ row.letters).count_ones() <= 2 * limit;
            let sound = by_spelling
                && own.sound_length.abs_diff(row.sound_length) <= 1
                && (own.sound_letters ^ row.sound_letters).count_ones() <= 2;
            if text || sound {
                maybe.push(id);
            }
        }
        self.of_like_consonants(token, &mut maybe);
        maybe.sort_unstable();
        maybe.dedup();
        maybe.retain(|id| {
            self.vocabulary.get(*id).is_some_and(|other| likeness(token, other, self.kind).is_some())
        });
        maybe
    }
    /// The words that may have a likeness to `token` by consonants, where one of the two scripts does not write vowels.
    fn of_like_consonants(&self, token: &Token, maybe: &mut Vec<usize>) {
        let own = token.skeleton();
        if own.is_empty() {
            return;
        }
        let (counts, skeletal) = (skeleton_counts(own), token.script().is_skeletal());
        for row in &self.skeletons {
            let words = if skeletal { &row.words } else { &row.skeletal };
            if !words.is_empty()
                && skeletons_may_match(counts, row.counts, own.len().min(row.skeleton.len()))
                // the more lenient of the two ways to compare
                && skeleton_similarity(own, &row.skeleton, true).is_some()
            {
                maybe.extend(words);
            }
        }
    }
}
