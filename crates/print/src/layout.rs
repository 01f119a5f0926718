//! Lines onto pages, with the tags by which a screen reader finds its way.

use std::num::NonZeroU16;

use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::document::Document;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::{Page, PageSettings};
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};

use crate::fonts::{Face, Fonts};
use crate::line::{Line, lines};
use crate::{Block, PrintFault, Sheet};

/// A4, in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const SIDE: f32 = 62.0;
const TOP: f32 = 60.0;
const BOTTOM: f32 = 66.0;
/// The width of a label beside its text, and the gap after it.
const LABEL: f32 = 104.0;
const GAP: f32 = 10.0;
const SIZE: f32 = 9.5;
const SMALL: f32 = 8.0;
/// The distance of two lines, as a part of their size.
const LEADING: f32 = 1.42;

/// What is drawn at one place of one page, once all is laid out.
struct Placed {
    page: usize,
    x: f32,
    baseline: f32,
    size: f32,
    bold: bool,
    quiet: bool,
    line: Line,
    /// The part of the paper that it belongs to.
    node: usize,
}

/// A part of the paper for assistive technology.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Title,
    Heading,
    Paragraph,
    /// A label with its text: an item of a list of terms.
    Label,
    Text,
    Head,
    Cell,
}

struct Laid<'f> {
    fonts: &'f Fonts,
    placed: Vec<Placed>,
    /// A rule below a heading or a row: page, y.
    rules: Vec<(usize, f32)>,
    /// The parts in their order. The number groups: rows of a table, items of a list.
    parts: Vec<(Part, usize)>,
    /// Page and height of each heading, with its words.
    outline: Vec<(usize, f32, String)>,
    page: usize,
    y: f32,
    group: usize,
}

impl Laid<'_> {
    fn faces(&self, bold: bool) -> &[Face] {
        if bold { &self.fonts.bold } else { &self.fonts.regular }
    }

    fn room(&mut self, height: f32) {
        if self.y + height > HEIGHT - BOTTOM && self.y > TOP {
            self.page += 1;
            self.y = TOP;
        }
    }

    /// Sets a text into a column that begins at the present height; gives where it ends.
    #[expect(clippy::too_many_arguments, reason = "where, how and as what: each is one of the text's own")]
    fn set(
        &mut self,
        part: Part,
        text: &str,
        x: f32,
        width: f32,
        size: f32,
        bold: bool,
        quiet: bool,
    ) -> (usize, f32) {
        let node = self.parts.len();
        self.parts.push((part, self.group));
        let step = size * LEADING;
        let (mut page, mut y) = (self.page, self.y);
        for line in lines(text, self.faces(bold), width / size) {
            if y + step > HEIGHT - BOTTOM && y > TOP {
                page += 1;
                y = TOP;
            }
            let x = if line.rtl { x + width - line.width * size } else { x };
            self.placed.push(Placed { page, x, baseline: y + size * 1.07, size, bold, quiet, line, node });
            y += step;
        }
        (page, y)
    }

    /// Goes on below the lowest of columns that stand beside each other.
    fn below(&mut self, ends: &[(usize, f32)], gap: f32) {
        let lowest = ends.iter().copied().fold((self.page, self.y), |a, b| if b > a { b } else { a });
        (self.page, self.y) = (lowest.0, lowest.1 + gap);
    }

    fn block(&mut self, block: &Block) {
        let full = WIDTH - 2.0 * SIDE;
        self.group += 1;
        match block {
            Block::Heading(text) => {
                self.y += if self.y > TOP { 10.0 } else { 0.0 };
                self.room(60.0);
                self.outline.push((self.page, self.y, text.clone()));
                let end = self.set(Part::Heading, text, SIDE, full, 11.5, true, false);
                self.below(&[end], 2.0);
                self.rules.push((self.page, self.y));
                self.y += 5.0;
            }
            Block::Paragraph(text) => {
                self.room(2.0 * SIZE * LEADING);
                let end = self.set(Part::Paragraph, text, SIDE, full, SIZE, false, false);
                self.below(&[end], 5.0);
            }
            Block::Field(label, text) => {
                self.room(2.0 * SIZE * LEADING);
                let label = self.set(Part::Label, label, SIDE, LABEL, SIZE, false, true);
                let left = SIDE + LABEL + GAP;
                let text = self.set(Part::Text, text, left, full - LABEL - GAP, SIZE, false, false);
                self.below(&[label, text], 2.5);
            }
            Block::Table { head, rows } => {
                let sum: f32 = head.iter().map(|(_, part)| part).sum();
                let widths: Vec<f32> = head.iter().map(|(_, part)| part / sum * full).collect();
                self.room(4.0 * SMALL * LEADING);
                let heads: Vec<&str> = head.iter().map(|(text, _)| text.as_str()).collect();
                self.row(Part::Head, &heads, &widths);
                for row in rows {
                    self.group += 1;
                    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                    self.row(Part::Cell, &cells, &widths);
                }
                self.y += 5.0;
            }
        }
    }

    fn row(&mut self, part: Part, cells: &[&str], widths: &[f32]) {
        self.room(2.0 * SMALL * LEADING);
        let mut x = SIDE;
        let mut ends = Vec::new();
        for (cell, width) in cells.iter().zip(widths) {
            let bold = part == Part::Head;
            // an empty cell is a cell too
            let text = if cell.is_empty() { "–" } else { cell };
            ends.push(self.set(part, text, x, width - GAP, SMALL, bold, false));
            x += width;
        }
        self.below(&ends, 2.0);
        self.rules.push((self.page, self.y));
        self.y += 2.0;
    }
}

pub(crate) fn print(sheet: &Sheet, fonts: &Fonts) -> Result<Vec<u8>, PrintFault> {
    let mut laid = Laid {
        fonts,
        placed: Vec::new(),
        rules: Vec::new(),
        parts: Vec::new(),
        outline: Vec::new(),
        page: 0,
        y: TOP,
        group: 0,
    };
    let title = laid.set(Part::Title, &sheet.title, SIDE, WIDTH - 2.0 * SIDE, 16.0, true, false);
    laid.below(&[title], 8.0);
    for block in &sheet.blocks {
        laid.block(block);
    }
    draw(sheet, &laid)
}

fn black(quiet: bool) -> Fill {
    let color = if quiet { rgb::Color::new(0x55, 0x5d, 0x66) } else { rgb::Color::new(0, 0, 0) };
    Fill { paint: color.into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

fn draw(sheet: &Sheet, laid: &Laid<'_>) -> Result<Vec<u8>, PrintFault> {
    let failed = |why: &dyn std::fmt::Debug| PrintFault::Pdf(format!("{why:?}"));
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|e| failed(&e))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let pages = laid.page + 1;
    let mut identifiers: Vec<Vec<Identifier>> = laid.parts.iter().map(|_| Vec::new()).collect();
    for number in 0..pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| failed(&"the size of a page"))?;
        let mut page = document.start_page_with(settings);
        draw_page(&mut page, sheet, laid, number, pages, &mut identifiers);
        page.finish();
    }
    let mut outline = Outline::new();
    for (page, y, words) in &laid.outline {
        let place = XyzDestination::new(*page, Point::from_xy(SIDE, *y));
        outline.push_child(OutlineNode::new(words.clone(), place));
    }
    document.set_outline(outline);
    document.set_metadata(metadata(sheet));
    document.set_tag_tree(tags(sheet, laid, identifiers));
    for attachment in &sheet.attachments {
        document
            .embed_file(EmbeddedFile {
                path: attachment.name.clone(),
                mime_type: MimeType::new(attachment.media_type),
                description: Some(attachment.description.clone()),
                association_kind: AssociationKind::Source,
                data: attachment.bytes.clone().into(),
                modification_date: Some(moment(&sheet.time)),
                compress: Some(true),
                location: None,
            })
            .ok_or_else(|| failed(&format!("two attachments `{}`", attachment.name)))?;
    }
    document.finish().map_err(|e| failed(&e))
}

fn draw_page(
    page: &mut Page<'_>,
    sheet: &Sheet,
    laid: &Laid<'_>,
    number: usize,
    pages: usize,
    identifiers: &mut [Vec<Identifier>],
) {
    let mut surface = page.surface();
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    for (_, y) in laid.rules.iter().filter(|(on, _)| *on == number) {
        rule(&mut surface, *y);
    }
    surface.end_tagged();
    for placed in laid.placed.iter().filter(|placed| placed.page == number && !placed.line.runs.is_empty()) {
        let id = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        surface.set_fill(Some(black(placed.quiet)));
        draw_line(
            &mut surface,
            laid.faces(placed.bold),
            &placed.line,
            placed.x,
            placed.baseline,
            placed.size,
        );
        surface.end_tagged();
        if let Some(node) = identifiers.get_mut(placed.node) {
            node.push(id);
        }
    }
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    surface.set_fill(Some(black(true)));
    let foot = format!("{} · {}/{pages}", sheet.foot, number + 1);
    let faces = laid.faces(false);
    let mut y = HEIGHT - BOTTOM + 26.0;
    for line in lines(&foot, faces, (WIDTH - 2.0 * SIDE) / 7.5) {
        draw_line(&mut surface, faces, &line, SIDE, y, 7.5);
        y += 10.0;
    }
    surface.end_tagged();
    surface.finish();
}

fn rule(surface: &mut Surface<'_>, y: f32) {
    let mut path = PathBuilder::new();
    path.move_to(SIDE, y);
    path.line_to(WIDTH - SIDE, y);
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: rgb::Color::new(0xbb, 0xbb, 0xbb).into(),
        width: 0.5,
        ..Stroke::default()
    }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
    surface.set_stroke(None);
}

fn draw_line(surface: &mut Surface<'_>, faces: &[Face], line: &Line, x: f32, baseline: f32, size: f32) {
    let mut x = x;
    for run in &line.runs {
        if let Some(face) = faces.get(run.face) {
            let at = Point::from_xy(x, baseline);
            surface.draw_glyphs(at, &run.glyphs, face.font.clone(), &run.text, size, false);
        }
        x += run.width * size;
    }
}

fn metadata(sheet: &Sheet) -> Metadata {
    Metadata::new()
        .title(sheet.title.clone())
        .language(sheet.language.to_owned())
        .creator("Countersign".to_owned())
        .producer("Countersign".to_owned())
        .creation_date(moment(&sheet.time))
}

/// The moment of the paper; what is not told is left out.
fn moment(time: &str) -> DateTime {
    let number = |range: std::ops::Range<usize>| time.get(range).and_then(|t| t.parse::<u8>().ok());
    let year = time.get(..4).and_then(|t| t.parse().ok()).unwrap_or(1970);
    let mut moment = DateTime::new(year);
    moment = moment.month(number(5..7).unwrap_or(1)).day(number(8..10).unwrap_or(1));
    moment = moment.hour(number(11..13).unwrap_or(0)).minute(number(14..16).unwrap_or(0));
    moment.second(number(17..19).unwrap_or(0)).utc_offset_hour(0).utc_offset_minute(0)
}

/// The parts as a tree: title, headings, paragraphs, lists of labelled texts, tables.
fn tags(sheet: &Sheet, laid: &Laid<'_>, identifiers: Vec<Vec<Identifier>>) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(sheet.language.to_owned()));
    let mut list: Option<TagGroup> = None;
    let mut item: Option<TagGroup> = None;
    let mut table: Option<TagGroup> = None;
    let mut row: Option<(usize, TagGroup)> = None;
    let mut headings = laid.outline.iter();
    let one = NonZeroU16::MIN;
    let two = one.saturating_add(1);
    for ((part, group), ids) in laid.parts.iter().zip(identifiers) {
        let filled = |mut tag: TagGroup| {
            ids.into_iter().for_each(|id| tag.push(id));
            tag
        };
        let in_list = matches!(part, Part::Label | Part::Text);
        let in_table = matches!(part, Part::Head | Part::Cell);
        if !in_list && let Some(done) = list.take() {
            tree.push(done);
        }
        if !in_table && let Some(mut done) = table.take() {
            if let Some((_, last)) = row.take() {
                done.push(last);
            }
            tree.push(done);
        }
        match part {
            Part::Title => tree.push(filled(TagGroup::new(Tag::Hn(one, Some(sheet.title.clone()))))),
            Part::Heading => {
                let words = headings.next().map(|(_, _, words)| words.clone());
                tree.push(filled(TagGroup::new(Tag::Hn(two, words))));
            }
            Part::Paragraph => tree.push(filled(TagGroup::new(Tag::P))),
            Part::Label => {
                item = Some(TagGroup::with_children(Tag::LI, vec![filled(TagGroup::new(Tag::Lbl)).into()]))
            }
            Part::Text => {
                let mut whole = item.take().unwrap_or_else(|| TagGroup::new(Tag::LI));
                whole.push(filled(TagGroup::new(Tag::LBody)));
                list.get_or_insert_with(|| TagGroup::new(Tag::L(krilla::tagging::ListNumbering::None)))
                    .push(whole);
            }
            Part::Head | Part::Cell => {
                let into = table.get_or_insert_with(|| TagGroup::new(Tag::Table));
                if row.as_ref().is_none_or(|(of, _)| of != group) {
                    if let Some((_, done)) = row.take() {
                        into.push(done);
                    }
                    row = Some((*group, TagGroup::new(Tag::TR)));
                }
                let cell = match part {
                    Part::Head => filled(TagGroup::new(Tag::TH(TableHeaderScope::Column))),
                    _ => filled(TagGroup::new(Tag::TD)),
                };
                if let Some((_, row)) = &mut row {
                    row.push(cell);
                }
            }
        }
    }
    if let Some(done) = list.take() {
        tree.push(done);
    }
    if let Some(mut done) = table.take() {
        if let Some((_, last)) = row.take() {
            done.push(last);
        }
        tree.push(done);
    }
    tree
}
