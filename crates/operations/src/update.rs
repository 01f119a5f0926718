//! One source from its publisher's address into the journal.

use countersign_feeds::{Address, Answer, Client, FetchFault, Progress, Request};
use countersign_lists::{FileDef, InputFile, SourceDef, SourceKind, source_def, source_defs};
use countersign_model::{Digest, SourceId};
use countersign_store::Store;

use crate::clock;
use crate::editions::Editions;
use crate::failure::Failure;
use crate::feeds::{Feed, Held};
use crate::home::Home;
use crate::import::{Accepted, Done, Options, Origin, accept, record};

/// What an update of one source came to.
#[derive(Debug)]
pub enum Outcome {
    /// The server says that nothing changed.
    NotModified,
    /// The files came and are those that are in force.
    Same(Box<Accepted>),
    /// A new copy is in force.
    New(Box<Accepted>, Box<Done>),
}

/// The sources to update where none is named: those that were taken in before, else every official one that is offered
/// for download. One that its publisher closed is asked for only by name.
pub fn usual_sources(editions: &Editions) -> Result<Vec<SourceId>, Failure> {
    let changes = |def: &SourceDef| !def.files.is_empty() && !def.is_closed();
    let offered = |id: &SourceId| source_def(id).is_ok_and(|def| changes(&def));
    let held: Vec<SourceId> = editions.sources().filter(|id| offered(id)).cloned().collect();
    if !held.is_empty() {
        return Ok(held);
    }
    let defs = source_defs().map_err(|e| Failure::Program(e.to_string()))?;
    let official = defs.iter().filter(|d| d.kind == SourceKind::Official && changes(d));
    // a family of sources has no one member that everybody needs
    Ok(official.filter_map(|d| SourceId::new(&d.id).ok()).collect())
}

/// The address of a file: the publisher's, or that of a mirror, which holds `<source>/<file>`.
fn address(source: &SourceId, file: &FileDef, mirror: Option<&Address>) -> Result<Address, String> {
    match mirror {
        Some(mirror) => mirror.below(&[&source.file_stem(), &file.name]).map_err(|e| e.to_string()),
        None => file.url.parse::<Address>().map_err(|e| e.to_string()),
    }
}

/// The files as they came, and where from.
struct Come {
    files: Vec<InputFile>,
    origins: Vec<Origin>,
    /// Whether the server said of every one that it has not changed.
    all_the_same: bool,
    warnings: Vec<String>,
}

/// Whom the files are asked of.
pub struct Publisher<'a> {
    /// What asks.
    pub client: &'a Client,
    /// Where the files are in place of the publisher's own address.
    pub mirror: Option<&'a Address>,
    /// Who is told how far it is.
    pub progress: &'a mut dyn Progress,
}

/// Reads a source from its addresses and takes it in. The last good copy goes on serving whatever fails.
///
/// What is remembered of the feed is brought up to date in `feed`, for the caller to keep.
pub fn update(
    source: &SourceId,
    home: &Home,
    publisher: &mut Publisher<'_>,
    feed: &mut Feed,
) -> Result<(Outcome, Vec<String>), Failure> {
    let def = source_def(source).map_err(|e| Failure::Input(e.to_string()))?;
    if def.files.is_empty() {
        return Err(Failure::Input(format!(
            "`{source}` is not offered for download; take it in with `countersign lists import`, see {}",
            def.page
        )));
    }
    let before = home.read()?;
    let come = fetch(source, &def, before.as_ref(), publisher, feed)?;
    let in_force = in_force(source, before.as_ref(), &come)?;
    if come.all_the_same && in_force {
        return Ok((Outcome::NotModified, come.warnings));
    }
    let options = Options { fetched: Some(come.origins), ..Options::default() };
    let accepted = accept(source, &come.files, before.as_ref(), options.clone(), &clock::now()?)?;
    if accepted.same_as.is_some() {
        return Ok((Outcome::Same(Box::new(accepted)), come.warnings));
    }
    drop((before, accepted));
    let (mut store, _) = home.write()?;
    // and again under the lock, because another import may have come between
    let now = clock::now()?;
    let accepted = accept(source, &come.files, Some(&store), options, &now)?;
    let outcome = if accepted.same_as.is_some() {
        Outcome::Same(Box::new(accepted))
    } else {
        let done = record(&mut store, &accepted, &come.files, now)?;
        Outcome::New(Box::new(accepted), Box::new(done))
    };
    Ok((outcome, come.warnings))
}

/// Whether these very files are the copy in force.
fn in_force(source: &SourceId, store: Option<&Store>, come: &Come) -> Result<bool, Failure> {
    let editions = Editions::load(store)?;
    let known = editions.known(source, None);
    let raw: Vec<Digest> = come.files.iter().map(|f| Digest::of(&f.bytes)).collect();
    let present = known.present().and_then(|p| editions.recorded(source, p.entry));
    Ok(present.is_some_and(|r| r.raw == raw))
}

fn fetch(
    source: &SourceId,
    def: &SourceDef,
    store: Option<&Store>,
    publisher: &mut Publisher<'_>,
    feed: &mut Feed,
) -> Result<Come, Failure> {
    let mut come = Come { files: Vec::new(), origins: Vec::new(), all_the_same: true, warnings: Vec::new() };
    for file in &def.files {
        let address = address(source, file, publisher.mirror).map_err(Failure::Input)?;
        let url = address.to_string();
        // only what is still here can be left as it is
        let held = feed.files.get(&url).cloned();
        let kept = held.as_ref().and_then(|h| store.and_then(|s| s.blob(&h.sha256).ok()));
        let known = held.as_ref().filter(|h| kept.is_some() && !h.validators.is_empty());
        let request = Request {
            address: &address,
            known: known.map(|h| &h.validators),
            media: &file.media,
            max_bytes: file.max_bytes(),
        };
        let answer = match publisher.client.fetch(&request, publisher.progress) {
            // a server that was asked nothing conditional and answers so has nothing to give
            Ok(Answer::NotModified) if known.is_none() => Err(FetchFault::Empty(url.clone())),
            other => other,
        };
        let (bytes, validators) = match answer {
            Ok(Answer::NotModified) => {
                (kept.unwrap_or_default(), known.map(|h| h.validators.clone()).unwrap_or_default())
            }
            Ok(Answer::Fresh(fetched)) => {
                come.all_the_same &= known.is_some_and(|h| h.sha256 == fetched.sha256);
                let held = Held { validators: fetched.validators.clone(), sha256: fetched.sha256 };
                feed.files.insert(url.clone(), held);
                (fetched.bytes, fetched.validators)
            }
            Err(fault) if fault.is_missing() && !file.required => {
                come.all_the_same = false;
                come.warnings.push(format!("`{}` is not to be had: {fault}", file.name));
                continue;
            }
            Err(fault) => return Err(Failure::Program(fault.to_string())),
        };
        come.files.push(InputFile { name: file.name.clone(), bytes });
        come.origins.push(Origin { name: file.name.clone(), url, validators });
    }
    Ok(come)
}
