//! Two parsed names to their best alignment and its score; `explain.rs` gives the reasons.

use crate::chinese::is_pinyin;
use crate::joined::{Joined, MAX_JOIN, Outline, RunOutline};
use crate::likeness::{How, Likeness, Slip, acronym, acronym_similarity, likeness, slip};
use crate::parsed::{Form, ParsedName, Traits};
use crate::score::{Naming, Rarity, Sides, score, stressed_weight, weight};
use crate::tables::TABLES;
use crate::token::Token;
use crate::{NameKind, Nature};

/// The outcome of a comparison in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Score {
    /// [`crate::Comparison::score`].
    pub score: f64,
    /// [`crate::Comparison::agreed`].
    pub agreed: f64,
}

impl Score {
    /// Whether it is above another: by the score, then by how much agrees.
    pub fn exceeds(self, other: Self) -> bool {
        self.score.total_cmp(&other.score).then(self.agreed.total_cmp(&other.agreed)).is_gt()
    }
}

/// Two given names in the other order are father and son.
const SWAPPED: f64 = 0.68;
/// The same where the rest of a name of three or more agrees.
const SWAPPED_AMONG_OTHERS: f64 = 0.72;
/// A first name or first surname that only one side has.
const HEAD_MISSING: f64 = 0.9;
/// Nothing but initials beside a name that weighs less than [`COMMON`].
const INITIAL_AND_COMMON: f64 = 0.9;
/// A name that weighs less is borne by hundreds of thousands.
const COMMON: f64 = 0.6;
/// Nothing agrees but one word, and that with a slip in it.
const LONE_SLIP: f64 = 0.85;
/// The same where the word is the whole name on both sides, and less than [`LEAST_ALONE`] like.
const WHOLE_SLIP: f64 = 0.9;
/// From so many letters on another spelling of one sound is the same word.
const LONG_WORD: usize = 6;
/// Two slips in a word of up to nine letters.
const LEAST_ALONE: f64 = 0.75;
/// From this similarity on another spelling is one of the same sound: a habit, no slip.
const ONE_SOUND: f64 = 0.9;
/// Names of syllables agree by less than they weigh: their first one is shared by a tenth of a people.
const SYLLABIC_AGREES: f64 = 0.65;
/// Any other change of order is a habit of writing.
const REORDERED: f64 = 0.98;
/// Organisation forms of different classes: another company of the same house, perhaps.
const OTHER_FORM: f64 = 0.98;

/// One link of an alignment: a run of words on each side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) query: (usize, usize),
    pub(crate) listed: (usize, usize),
    pub(crate) how: How,
    pub(crate) similarity: f64,
}

impl Link {
    fn words(self) -> usize {
        self.query.1 + self.listed.1
    }
}

/// One reading of a name as an alignment reads it: its words, and what each of them weighs.
#[derive(Debug, Clone, Default)]
pub struct Weighed<'a> {
    /// The words. [`score_readings`] does without those of the listed name, if it is none of a person and nothing is
    /// `wide`: weights and links then say all.
    pub tokens: Vec<&'a Token>,
    /// Of each, [`weight`].
    pub weights: Vec<f64>,
    /// Of each, [`stressed_weight`]: what it counts where it stands on one side only.
    pub stressed: Vec<f64>,
}

impl<'a> Weighed<'a> {
    /// Weighs the words of a form.
    pub fn of(form: &'a Form, kind: NameKind, rarity: &dyn Rarity) -> Self {
        let weights: Vec<f64> = form.tokens.iter().map(|t| weight(t, rarity)).collect();
        let naming = Naming::of(form.tokens.iter(), kind);
        let stressed = form.tokens.iter().zip(&weights).enumerate();
        let stressed = stressed.map(|(n, (t, w))| stressed_weight(*w, t, n, kind, naming)).collect();
        Self { tokens: form.tokens.iter().collect(), weights, stressed }
    }

    /// How many words it has.
    fn len(&self) -> usize {
        self.weights.len()
    }

    pub(crate) fn run(&self, (start, len): (usize, usize)) -> impl Iterator<Item = &'a Token> {
        self.tokens.iter().skip(start).take(len).copied()
    }

    fn run_weight(&self, (start, len): (usize, usize)) -> f64 {
        self.weights.iter().skip(start).take(len).sum()
    }

    /// The stressed weight of the words whose bit is set.
    fn rest(&self, free: u64) -> f64 {
        self.stressed.iter().enumerate().filter(|(n, _)| free & mask((*n, 1)) != 0).map(|(_, w)| w).sum()
    }
}

/// The best alignment of two readings.
pub(crate) struct Alignment {
    pub(crate) score: f64,
    pub(crate) agreed: f64,
    pub(crate) swapped: bool,
}

/// Room for the links of an alignment: those that were chosen are in it afterwards.
#[derive(Debug, Clone, Default)]
pub struct LinkRoom {
    all: Vec<Link>,
    chosen: Vec<Link>,
    outlines: [Vec<Outline>; 2],
}

/// The best alignment of two names, and of which readings.
pub(crate) struct Best<'a> {
    pub(crate) alignment: Alignment,
    pub(crate) links: Vec<Link>,
    pub(crate) query: Weighed<'a>,
    pub(crate) listed: Weighed<'a>,
}

/// The score of [`crate::compare`] without the reasons.
pub fn compare_score(query: &ParsedName, listed: &ParsedName, rarity: &dyn Rarity) -> Score {
    best_alignment(query, listed, rarity).map_or_else(Score::default, |best| best.alignment.in_numbers())
}

/// The score of two readings: [`compare_score`] is the highest of it over all [`comparable`] pairs of readings, and 0
/// if there is none.
///
/// `pairs` gives the [`likeness`] of the query's word and the listed name's by their places; an index knows it from
/// its own tables. `wide`: whether joins and acronyms are looked for; an index that knows that there are none between
/// these two saves the time. `factor` is [`name_factor`]. `room` is only kept from one call to the next.
pub fn score_readings(
    query: &Weighed<'_>,
    listed: &Weighed<'_>,
    kind: NameKind,
    factor: f64,
    wide: bool,
    room: &mut LinkRoom,
    pairs: impl FnMut(usize, usize) -> Option<Likeness>,
) -> Score {
    align(query, listed, kind, factor, wide, room, pairs).in_numbers()
}

impl Alignment {
    fn in_numbers(&self) -> Score {
        Score { score: self.score, agreed: self.agreed }
    }
}

/// Whether two readings are compared: those in Chinese characters only with their like, and if both names have one,
/// nothing else, since romanisation hides that two characters differ. `*_native`: [`Form::native`].
pub fn comparable(query: Traits, query_native: bool, listed: Traits, listed_native: bool) -> bool {
    if query.native && listed.native {
        query_native && listed_native
    } else {
        !query_native && !listed_native
    }
}

/// By what the score of two names is multiplied for what they are as a whole; at most 1.
pub fn name_factor(query: Traits, listed: Traits) -> f64 {
    match (query.class, listed.class) {
        (Some(a), Some(b)) if a != b => OTHER_FORM,
        _ => 1.0,
    }
}

/// The best alignment of two names over all their readings that are compared.
pub(crate) fn best_alignment<'a>(
    query: &'a ParsedName,
    listed: &'a ParsedName,
    rarity: &dyn Rarity,
) -> Option<Best<'a>> {
    let (kind, query_traits, listed_traits) = (listed.kind, query.traits(), listed.traits());
    let factor = name_factor(query_traits, listed_traits);
    let listed_forms: Vec<(bool, Weighed<'a>)> =
        listed.forms.iter().map(|l| (l.native, Weighed::of(l, kind, rarity))).collect();
    let mut best: Option<Best<'a>> = None;
    let mut room = LinkRoom::default();
    for form in &query.forms {
        let q = Weighed::of(form, kind, rarity);
        for (native, l) in &listed_forms {
            if !comparable(query_traits, form.native, listed_traits, *native) {
                continue;
            }
            let pairs = |i: usize, j: usize| likeness(q.tokens.get(i)?, l.tokens.get(j)?, kind);
            let alignment = align(&q, l, kind, factor, true, &mut room, pairs);
            if best.as_ref().is_none_or(|b| alignment.in_numbers().exceeds(b.alignment.in_numbers())) {
                let links = room.chosen.clone();
                best = Some(Best { alignment, links, query: q.clone(), listed: l.clone() });
            }
        }
    }
    best
}

fn align(
    q: &Weighed<'_>,
    l: &Weighed<'_>,
    kind: NameKind,
    factor: f64,
    wide: bool,
    LinkRoom { all, chosen: links, outlines }: &mut LinkRoom,
    pairs: impl FnMut(usize, usize) -> Option<Likeness>,
) -> Alignment {
    all.clear();
    links.clear();
    find_links(q, l, kind, wide, (all, outlines), pairs);
    if all.is_empty() {
        // what agrees in nothing scores 0, whatever stands against it
        return Alignment { score: 0.0, agreed: 0.0, swapped: false };
    }
    let mid = |(start, len): (usize, usize)| 2 * start + len;
    all.sort_unstable_by(|a, b| {
        b.similarity
            .total_cmp(&a.similarity)
            .then(b.words().cmp(&a.words()))
            .then(mid(a.query).abs_diff(mid(a.listed)).cmp(&mid(b.query).abs_diff(mid(b.listed))))
            .then(a.query.cmp(&b.query))
            .then(a.listed.cmp(&b.listed))
    });
    let mut query_free: u64 = u64::MAX;
    let mut listed_free: u64 = u64::MAX;
    for link in all.iter().copied() {
        let (qm, lm) = (mask(link.query), mask(link.listed));
        if query_free & qm == qm && listed_free & lm == lm {
            query_free &= !qm;
            listed_free &= !lm;
            links.push(link);
        }
    }
    links.sort_by_key(|link| link.query);
    let mut sides = Sides::default();
    let mut slips = (0, 0);
    let (mut misspelled, mut worst) = (0.0, 0.0_f64);
    for link in links.iter() {
        let (asked, told) = (q.run_weight(link.query), l.run_weight(link.listed));
        // an initial tells what it tells; what the name tells beyond it is not matched
        let w = if link.how == How::Initial { asked.min(told) } else { (asked + told) / 2.0 };
        sides.matched += w;
        sides.agreed += w * link.similarity;
        if link.how == How::Spelling && link.similarity < ONE_SOUND {
            let lost = w * (1.0 - link.similarity);
            misspelled += lost;
            worst = worst.max(lost);
        }
        if link.how == How::Initial {
            sides.query_rest += asked - w;
            sides.listed_rest += told - w;
        }
    }
    if kind == NameKind::Person {
        // one slip is likely, two in one name are less so: all but the worst count again
        sides.agreed = (sides.agreed - (misspelled - worst)).max(0.0);
        let syllabic = (is_syllabic(q), is_syllabic(l));
        (sides.syllabic, sides.eastern) = (syllabic.0 && syllabic.1, syllabic.0 || syllabic.1);
        let other = |form: &Weighed<'_>| form.tokens.iter().any(|t| !is_pinyin(t.text()));
        sides.three = sides.syllabic && (other(q) || other(l));
        let (query, listed) = (sides.query_rest, sides.listed_rest);
        slips = conflict(&mut sides, (q, query_free, query), (l, listed_free, listed));
    }
    sides.query_rest += q.rest(query_free);
    sides.listed_rest += l.rest(listed_free);
    let open = (0..q.len()).any(|n| query_free & mask((n, 1)) != 0)
        || (0..l.len()).any(|n| listed_free & mask((n, 1)) != 0);
    let alike = if sides.matched > 0.0 { (sides.agreed / sides.matched).min(1.0) } else { 1.0 };
    let (order, swapped) = order_factor(links, q, l, kind, !open, alike);
    // who gives one word has left out no first name
    let one_word = |form: &Weighed<'_>| form.tokens.len() == 1;
    let head = if kind == NameKind::Person && !one_word(q) && !one_word(l) {
        head_factor(q, query_free & !slips.0) * head_factor(l, listed_free & !slips.1)
    } else {
        1.0
    };
    let raw = score(kind, sides)
        * factor
        * order
        * head
        * initial_factor(links, q, l, kind)
        * lone_factor(links, q, open);
    let score = (raw * 10_000.0).round() / 10_000.0;
    let agreed = if sides.syllabic { SYLLABIC_AGREES * sides.agreed } else { sides.agreed };
    Alignment { score, agreed, swapped }
}

pub(crate) fn mask((start, len): (usize, usize)) -> u64 {
    (0..len).filter_map(|n| 1u64.checked_shl(u32::try_from(start + n).ok()?)).fold(0, |a, b| a | b)
}

pub(crate) fn link_weight(link: &Link, q: &Weighed<'_>, l: &Weighed<'_>) -> f64 {
    (q.run_weight(link.query) + l.run_weight(link.listed)) / 2.0
}

/// Whether a name is made of at least two syllables of Chinese or Korean names and nothing else.
fn is_syllabic(form: &Weighed<'_>) -> bool {
    form.tokens.len() >= 2 && form.tokens.iter().all(|t| t.is_syllable())
}

/// Fills in what of two persons' names stands against each other: [`Sides::against`], [`Sides::slips`], [`Sides::letters`],
/// [`Sides::excess`]. A
/// common name differs as much as a rare one, so rarity does not count here, but for slips, which are one word after all.
/// `query` and `listed` are what initials leave open. Gives the words of both sides that are slips.
fn conflict(
    sides: &mut Sides,
    (q, query_free, query): (&Weighed<'_>, u64, f64),
    (l, listed_free, listed): (&Weighed<'_>, u64, f64),
) -> (u64, u64) {
    let open = |form: &Weighed<'_>, free: u64| -> f64 {
        form.tokens
            .iter()
            .enumerate()
            .filter(|(n, _)| free & mask((*n, 1)) != 0)
            .map(|(_, t)| t.weight())
            .sum()
    };
    let (mut asked, mut told) = (query_free, listed_free);
    for ((i, a), asked_weight) in q.tokens.iter().enumerate().zip(&q.weights) {
        if asked & mask((i, 1)) == 0 {
            continue;
        }
        let mut others = l.tokens.iter().enumerate().zip(&l.weights);
        let near = others.find_map(|((j, b), weight)| {
            (told & mask((j, 1)) != 0).then(|| Some((j, slip(a, b)?, weight))).flatten()
        });
        if let Some((j, slip, told_weight)) = near {
            asked &= !mask((i, 1));
            told &= !mask((j, 1));
            let weight = asked_weight.max(*told_weight);
            match slip {
                Slip::Any => sides.slips += weight,
                Slip::OneLetter => sides.letters += weight,
            }
        }
    }
    let slips = (query_free & !asked, listed_free & !told);
    let (asked, told) = (query + open(q, asked), listed + open(l, told));
    sides.against = asked.min(told);
    sides.excess = (asked - told).abs();
    slips
}

/// What it costs that the first given name, or the first surname where a comma tells it, stands on one side only: people
/// leave out their second names, not the first.
fn head_factor(form: &Weighed<'_>, free: u64) -> f64 {
    let missing = |head: Option<usize>| head.is_some_and(|n| free & mask((n, 1)) != 0);
    // a name that is often left out (a patronymic, a Western name beside a Chinese one) is not the first
    let given = form.tokens.iter().position(|t| t.nature() == Nature::Word && t.weight() >= 1.0);
    let family = form.tokens.iter().position(|t| t.nature() == Nature::Word && t.is_surname());
    if missing(given) || missing(family) { HEAD_MISSING } else { 1.0 }
}

/// What it costs that nothing but initials agrees beside one name that many bear: `Ahmed, A` is every A. Ahmed.
fn initial_factor(links: &[Link], q: &Weighed<'_>, l: &Weighed<'_>, kind: NameKind) -> f64 {
    if kind != NameKind::Person || !links.iter().any(|link| link.how == How::Initial) {
        return 1.0;
    }
    let mut names = links.iter().filter(|link| link.how != How::Initial && is_solid(link, q));
    match (names.next(), names.next()) {
        (Some(one), None) if link_weight(one, q, l) < COMMON => INITIAL_AND_COMMON,
        _ => 1.0,
    }
}

/// What it costs that one word is all that agrees, and not as it is spelled: among a hundred thousand words some is like any other.
/// `open`: whether other words are left on either side.
fn lone_factor(links: &[Link], q: &Weighed<'_>, open: bool) -> f64 {
    let mut words = links.iter().filter(|link| link.how != How::Initial && is_solid(link, q));
    match (words.next(), words.next()) {
        (Some(Link { how: How::Spelling | How::Skeleton, similarity, query, .. }), None) => {
            // of few letters the same sound is another word (`Oasis`, `Osis`)
            let short = q.run(*query).all(|t| t.len() < LONG_WORD);
            match open {
                true if *similarity < ONE_SOUND || short => LONE_SLIP,
                false if *similarity < LEAST_ALONE => WHOLE_SLIP,
                _ => 1.0,
            }
        }
        _ => 1.0,
    }
}

/// Every pair of parts that may be the same.
fn find_links(
    q: &Weighed<'_>,
    l: &Weighed<'_>,
    kind: NameKind,
    wide: bool,
    (out, [asked, told]): (&mut Vec<Link>, &mut [Vec<Outline>; 2]),
    mut pairs: impl FnMut(usize, usize) -> Option<Likeness>,
) {
    for i in 0..q.len() {
        for j in 0..l.len() {
            if let Some(found) = pairs(i, j) {
                out.push(Link {
                    query: (i, 1),
                    listed: (j, 1),
                    how: found.how,
                    similarity: found.similarity,
                });
            }
        }
    }
    if !wide {
        return;
    }
    for (outlines, tokens) in [(&mut *asked, &q.tokens), (&mut *told, &l.tokens)] {
        outlines.clear();
        outlines.extend(tokens.iter().map(|token| Outline::of(token)));
    }
    joins((&q.tokens, asked), (&l.tokens, told), |several, one, similarity| {
        out.push(Link { query: several, listed: one, how: How::Joined, similarity });
    });
    joins((&l.tokens, told), (&q.tokens, asked), |several, one, similarity| {
        out.push(Link { query: one, listed: several, how: How::Joined, similarity });
    });
    if kind == NameKind::Organization {
        let (whole_q, whole_l) = ((0, q.tokens.len()), (0, l.tokens.len()));
        let acronyms = (acronym(&q.tokens), acronym(&l.tokens));
        let how = How::Acronym;
        let abbreviates = |letters: &Option<String>, one: &Token, form: &Weighed<'_>| {
            letters.as_deref().filter(|letters| *letters == one.text())?;
            acronym_similarity(one.len(), form.len() == 1)
        };
        for (j, one) in l.tokens.iter().enumerate() {
            if let Some(similarity) = abbreviates(&acronyms.0, one, l) {
                out.push(Link { query: whole_q, listed: (j, 1), how, similarity });
            }
        }
        for (i, one) in q.tokens.iter().enumerate() {
            if let Some(similarity) = abbreviates(&acronyms.1, one, q) {
                out.push(Link { query: (i, 1), listed: whole_l, how, similarity });
            }
        }
    }
}

/// Calls `found` for every run of two to four words of `several` that spells one word of `ones`.
fn joins(
    (several, of_several): (&[&Token], &[Outline]),
    (ones, of_ones): (&[&Token], &[Outline]),
    mut found: impl FnMut((usize, usize), (usize, usize), f64),
) {
    for len in 2..=MAX_JOIN {
        for (i, (window, outlines)) in several.windows(len).zip(of_several.windows(len)).enumerate() {
            let outline = RunOutline::of(outlines);
            let mut keys = None;
            for (j, (one, of_one)) in ones.iter().zip(of_ones).enumerate() {
                if !outline.may_spell(of_one) {
                    continue;
                }
                if let Some(similarity) = keys.get_or_insert_with(|| Joined::of(window)).spells(one) {
                    found((i, len), (j, 1), similarity);
                }
            }
        }
    }
}

/// Whether a link is more than a particle or suffix.
fn is_solid(link: &Link, q: &Weighed<'_>) -> bool {
    q.run(link.query).any(|t| !matches!(t.nature(), Nature::Particle | Nature::Suffix))
}

/// What a different order of words costs, and whether it looks like father and son.
///
/// A surname may stand first or last: such an order is the other one turned round ([`is_rotation`]). Given names that change
/// places are another person's (`Hassan Ali`, `Ali Hassan`), and so are syllables that do (`Jong Un`, `Un Jong`). Where three
/// names or more are all the same (`whole`), that is less likely than a slip of whoever wrote them, and a person shall look.
///
/// `alike`: the mean similarity of what is matched. Another order is a habit and so is another spelling, but words of a person's
/// name that agree only nearly and in another order agree by chance more often, so the order then costs that share too.
fn order_factor(
    links: &[Link],
    q: &Weighed<'_>,
    l: &Weighed<'_>,
    kind: NameKind,
    whole: bool,
    alike: f64,
) -> (f64, bool) {
    if links.is_sorted_by(|a, b| a.listed < b.listed) {
        return (1.0, false);
    }
    let solid: Vec<&Link> = links.iter().filter(|link| is_solid(link, q)).collect();
    // `Quill A.B.`: a surname stands on either side of its initials, and which of them is which nobody knows
    let names = solid.iter().filter(|link| link.how != How::Initial).count();
    if kind == NameKind::Person && names <= 1 {
        return (1.0, false);
    }
    let reversed = |a: &Link, b: &Link| a.listed >= b.listed;
    let pairs =
        || solid.iter().enumerate().flat_map(|(n, a)| solid.iter().skip(n + 1).map(move |b| (*a, *b)));
    if !pairs().any(|(a, b)| reversed(a, b)) {
        return (1.0, false);
    }
    let all = |link: &Link, test: &dyn Fn(&Token) -> bool| {
        q.run(link.query).all(test) && l.run(link.listed).all(test)
    };
    let given = |t: &Token| TABLES.is_given(t.text()) || t.stem().is_some();
    let turned = solid.len() > 2 && is_rotation(&solid);
    let person = kind == NameKind::Person && !turned;
    let either = |test: &dyn Fn(&Token) -> bool| {
        person && pairs().any(|(a, b)| reversed(a, b) && all(a, test) && all(b, test))
    };
    let syllables = solid.len() > 2 && either(&Token::is_syllable);
    let names = either(&given);
    match (syllables, names) {
        (false, false) if kind == NameKind::Person => (REORDERED * alike, false),
        (false, false) => (REORDERED, false),
        _ if whole && solid.len() > 2 => (SWAPPED_AMONG_OTHERS, true),
        _ => (SWAPPED, true),
    }
}

/// Whether the listed order is the query's order begun at another word.
fn is_rotation(links: &[&Link]) -> bool {
    let mut breaks = 0;
    let mut previous = links.last().map(|link| link.listed);
    for link in links {
        breaks += usize::from(previous.is_some_and(|p| p >= link.listed));
        previous = Some(link.listed);
    }
    breaks <= 1
}
