//! Customers, what one process makes of them, and programs that are begun and killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use countersign_bulk::{Format, How, InputFormat, Job, Judged, Summary};
use countersign_operations::editions::When;
use countersign_operations::lists::Lists;
use countersign_screening::Profile;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign-bulk");

/// How many customers; `COUNTERSIGN_CUSTOMERS` asks for more.
pub(crate) fn how_many() -> usize {
    std::env::var("COUNTERSIGN_CUSTOMERS").ok().and_then(|n| n.parse().ok()).unwrap_or(6_000)
}

/// Numbers that are the same in every run.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

const WORDS: [&str; 16] = [
    "Northern",
    "Optics",
    "Harbour",
    "Quill",
    "Feather",
    "Systems",
    "Trading",
    "Meridian",
    "Kestrel",
    "Foundry",
    "Lagoon",
    "Ember",
    "Holding",
    "Analytics",
    "Granite",
    "Willow",
];

/// Customers as CSV: invented names, listed ones as they are and with a letter changed, and rows that cannot be screened.
pub(crate) fn customers(path: &Path, count: usize) {
    let lists = Lists::load(None, When { as_of: None, known_at: None }).unwrap();
    let listed: Vec<String> = lists
        .index()
        .entities()
        .flat_map(|e| e.names().map(|n| n.text.to_owned()).collect::<Vec<_>>())
        .filter(|name| !name.contains(['"', '\n', ',']))
        .collect();
    let mut draw = Draw::new(7);
    let mut text = "id,name,country,note to self\n".to_owned();
    for n in 0..count {
        let name = match draw.below(20) {
            0 => listed[draw.below(listed.len())].clone(),
            1 => {
                let mut letters: Vec<char> = listed[draw.below(listed.len())].chars().collect();
                let at = draw.below(letters.len());
                letters[at] = 'e';
                letters.into_iter().collect()
            }
            2 if n % 7 == 0 => String::new(),
            _ => (0..2 + draw.below(2)).map(|_| WORDS[draw.below(WORDS.len())]).collect::<Vec<_>>().join(" "),
        };
        let country = ["", "DE", "FR", "Germany"][if n % 101 == 0 { 3 } else { draw.below(3) }];
        text.push_str(&format!("C{n},{name},{country},-\n"));
    }
    fs::write(path, text).unwrap();
}

/// What a single process makes of a file, by the library of `countersign bulk`.
pub(crate) fn alone(input: &Path, out: &Path, format: Format, every_party: bool) -> Summary {
    let lists = Lists::load(None, When { as_of: None, known_at: None }).unwrap();
    let profile = Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() };
    let job = Job {
        input,
        input_format: InputFormat::of(input).unwrap(),
        how: How::default(),
        output: out,
        format,
        every_party,
        profile,
        content: "alone",
        chunk: 1000,
        threads: 2,
        keep: None,
        on: None,
    };
    countersign_bulk::run(&job, lists.index(), &|_, _| Judged::Open, &|_| {}).unwrap()
}

pub(crate) fn rejects(out: &Path) -> Vec<u8> {
    fs::read(format!("{}.rejects.jsonl", out.display())).unwrap()
}

/// `countersign-bulk run` of a file without a home.
pub(crate) fn run(input: &Path, out: &Path, more: &[&str]) -> Command {
    let mut command = program(&["run"]);
    command.arg(input).arg("--out").arg(out).args(more);
    command
}

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    // no home of whoever runs the tests
    let nowhere = std::env::temp_dir().join("countersign-cluster-no-home");
    command
        .args(arguments)
        .env("XDG_DATA_HOME", nowhere)
        .env_remove("COUNTERSIGN_HOME")
        .env_remove("RUST_LOG");
    command
}

pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}{:?}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        output.status
    )
}

/// A program that is killed when the test ends.
pub(crate) struct Node {
    child: Child,
    pub(crate) log: PathBuf,
}

impl Node {
    pub(crate) fn begin(mut command: Command, log: PathBuf) -> Self {
        let file = fs::File::options().create(true).append(true).open(&log).unwrap();
        let child =
            command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
        Self { child, log }
    }

    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end; the exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something is so. What never is, ends the test: nothing rests on how long it takes.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(600), "waited ten minutes for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Chunks that are in the manifest of files beside an output.
pub(crate) fn noted(out: &Path) -> usize {
    let folder = PathBuf::from(format!("{}.run/out", out.display()));
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.filter(|entry| entry.path().extension().is_some_and(|e| e == "json")).count()
}

pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
