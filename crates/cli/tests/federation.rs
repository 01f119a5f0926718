//! Two registers on two web servers, a witness between them: one recognises the other, cites it, and has the proof when
//! it forks. With the real program and real sockets.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may say what it expects")]

mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use common::{Desk, Ran, root};

/// Any web server will do: this one hands out the files below a directory that can be exchanged.
struct Site {
    address: SocketAddr,
    root: Arc<Mutex<PathBuf>>,
}

impl Site {
    fn start(root: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let root = Arc::new(Mutex::new(root));
        let served = root.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let root = served.lock().unwrap().clone();
                std::thread::spawn(move || answer(stream, &root));
            }
        });
        Self { address, root }
    }

    fn show(&self, root: PathBuf) {
        *self.root.lock().unwrap() = root;
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn answer(stream: TcpStream, root: &Path) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split_whitespace().nth(1)?.trim_start_matches('/').to_owned();
    while line.trim() != "" {
        line.clear();
        reader.read_line(&mut line).ok()?;
    }
    let mut body = Vec::new();
    let found = !path.contains("..")
        && std::fs::File::open(root.join(path)).and_then(|mut file| file.read_to_end(&mut body)).is_ok();
    let status = if found { "200 OK" } else { "404 Not Found" };
    let mut stream = stream;
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&body).ok()
}

/// The process of the witness; ended when the test is.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct World {
    desk: Desk,
}

impl World {
    fn path(&self, name: &str) -> String {
        self.desk.path(name).to_str().unwrap().to_owned()
    }

    fn key(&self, name: &str) -> String {
        let path = self.path(&format!("{name}.key"));
        self.desk.run(&["key", "new", "--name", name, "--out", &path]).expect(0);
        std::fs::read_to_string(path + ".pub").unwrap().split(' ').next().unwrap().to_owned()
    }

    /// A register with an investigator, whose key has the register's name.
    fn register(&self, name: &str) -> String {
        let registrar = format!("{name}-registrar");
        self.key(&registrar);
        let (dir, origin) = (self.path(name), format!("register.{name}.example"));
        let key = self.path(&format!("{registrar}.key"));
        let init = ["register", "init", &dir, "--origin", &origin, "--keeper", "Registry", "--key", &key];
        let vkey = self.desk.run(&init).expect(0).out.trim().to_owned();
        let public = self.key(name);
        let text = template("accreditation");
        let member = text.find("ed25519:").unwrap();
        let text = text.replace(&text[member..member + 72], &public);
        let text = text.replace("roles: [assessor]", "roles: [assessor, investigator]");
        self.append(name, "accreditation", &text, &registrar, &[]).expect(0);
        vkey
    }

    fn append(&self, register: &str, name: &str, text: &str, key: &str, documents: &[String]) -> Ran {
        let file = self.desk.write(&format!("{register}-{name}.yaml"), text);
        let (dir, key) = (self.path(register), self.path(&format!("{key}.key")));
        let mut args = vec!["register", "append", &file, "--register", &dir, "--key", &key];
        for document in documents {
            args.extend(["--document", document]);
        }
        self.desk.run(&args)
    }

    fn finding(&self, register: &str, summary: &str) -> String {
        let pdf = self.desk.write("scan.pdf", b"%PDF a scan");
        let stix = self.desk.write("stix.json", INDICATORS);
        let documents = [format!("source-1.pdf={pdf}"), format!("indicators.json={stix}")];
        let text = template("finding");
        let line = text.lines().find(|line| line.starts_with("summary:")).unwrap().to_owned();
        let text = text.replace(&line, &format!("summary: {summary}"));
        // the keys of these registers are the investigator's by the register's own name
        let key = register.split('-').next().unwrap();
        let ran = self.append(register, "finding", &text, key, &documents).expect(0);
        ran.out.split_whitespace().last().unwrap().to_owned()
    }

    fn copy(&self, from: &str, to: &str) {
        fn copy(from: &Path, to: &Path) {
            std::fs::create_dir_all(to).unwrap();
            for entry in std::fs::read_dir(from).unwrap() {
                let entry = entry.unwrap();
                let target = to.join(entry.file_name());
                if entry.file_type().unwrap().is_dir() {
                    copy(&entry.path(), &target);
                } else {
                    std::fs::copy(entry.path(), target).unwrap();
                }
            }
        }
        copy(&self.desk.path(from), &self.desk.path(to));
    }
}

const INDICATORS: &str = r#"{"type":"bundle","id":"bundle--44af6c39-c09b-49c5-9de2-394224b04982","objects":[
{"type":"indicator","spec_version":"2.1","id":"indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
"created":"2026-08-11T00:00:00Z","modified":"2026-08-11T00:00:00Z","valid_from":"2026-08-11T00:00:00Z",
"pattern":"[domain-name:value = 'collector.example']","pattern_type":"stix"}]}"#;

fn template(kind: &str) -> String {
    std::fs::read_to_string(root().join(format!("examples/register/{kind}.yaml"))).unwrap()
}

#[test]
fn one_register_recognises_another_and_proves_its_fork() {
    let world = World { desk: Desk::new() };
    world.register("north");
    let south = world.register("south");
    let desk = &world.desk;
    let record = world.finding("south", "what the south found");

    // a witness watches the south
    let witness_dir = world.path("witness");
    let init = ["witness", "init", &witness_dir, "--name", "witness.example.net"];
    let witness = desk.run(&init).expect(0).out.trim().to_owned();
    desk.run(&["witness", "watch", &south, "--dir", &witness_dir]).expect(0);
    let mut child = desk
        .command(&["witness", "serve", "--dir", &witness_dir, "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let _running = Running(child);
    let url = said.rsplit(' ').next().unwrap();
    let policy = format!("log {south}\nwitness w {witness} {url}\nquorum w\n");
    let policy = desk.write("policy", policy);

    // the south publishes, the north recognises its findings
    let (site_dir, dir) = (world.path("south-site"), world.path("south"));
    let publish = ["register", "publish", "--register", &dir, "--to", &site_dir, "--policy", &policy];
    assert!(desk.run(&publish).expect(0).out.contains("1 cosignature"));
    for private in ["keys", "private"] {
        assert!(!Path::new(&site_dir).join(private).exists(), "{private} is published");
    }
    let site = Site::start(PathBuf::from(&site_dir));
    let (north, url) = (world.path("north"), site.url());
    let add = ["register", "trust", "add", &url, "--key", &south, "--kind", "finding"];
    let add = [&add[..], &["--policy", &policy, "--register", &north]].concat();
    let added = desk.run(&add).expect(0);
    assert!(
        added.out.contains("recognised register.south.example: 3 entries mirrored, 1 cosignature"),
        "{}",
        added.out
    );
    // what is the keeper's own lies where no web server hands it out
    assert!(
        !Path::new(&north).join("trust.json").exists()
            && Path::new(&north).join("private/trust.json").exists()
    );
    let listed = desk.run(&["register", "trust", "list", "--register", &north]).expect(0);
    assert!(listed.out.contains("1 witnesses in its policy"), "{}", listed.out);
    let subject = ["register", "subject", "vendor:example-vendor", "--register", &north];
    let found = desk.run(&subject).expect(0);
    assert!(found.out.contains("from register.south.example, which is recognised here"), "{}", found.out);
    assert!(found.out.contains("finding"), "{}", found.out);

    // and cites the record of the other register
    let comment = template("comment");
    let at = comment.find("of:").unwrap();
    let of = comment[at..].lines().next().unwrap().to_owned();
    let cited = comment.replace(&of, &format!("of: {{record: {record}, register: register.south.example}}"));
    world.append("north", "comment", &cited, "north", &[]).expect(0);
    desk.run(&["register", "verify", "--register", &north]).expect(0);

    // what is new comes along
    world.copy("south", "south-fork");
    world.finding("south", "what the south found next");
    desk.run(&publish).expect(0);
    let update = ["register", "trust", "update", "--register", &north];
    assert!(desk.run(&update).expect(0).out.contains("4 entries (1 new)"));

    // the south shows somebody else another history of the same length
    let (fork, fork_site) = (world.path("south-fork"), world.path("fork-site"));
    world.finding("south-fork", "what the south says it found");
    let with = ["register", "publish", "--register", &fork, "--to", &fork_site, "--policy", &policy];
    let refused = desk.run(&with).expect(1);
    assert!(
        refused.err.contains("two histories") && !Path::new(&fork_site).join("log/checkpoint").exists(),
        "{}",
        refused.err
    );
    // it had cosignatures: who leaves them out has to say so
    let without = ["register", "publish", "--register", &fork, "--to", &fork_site];
    assert!(desk.run(&without).expect(2).err.contains("--without-witnesses"));
    desk.run(&[&without[..], &["--without-witnesses"]].concat()).expect(0);
    site.show(PathBuf::from(&fork_site));
    let alarmed = desk.run(&update).expect(1);
    assert!(alarmed.err.contains("ALARM: the register signed two histories"), "{}", alarmed.err);
    let trusted = std::fs::read_dir(Path::new(&north).join("private/trusted")).unwrap();
    let alarms =
        trusted.map(|mirror| mirror.unwrap().path().join("alarms")).find(|dir| dir.exists()).unwrap();
    let evidence = std::fs::read_dir(alarms).unwrap().next().unwrap().unwrap().path();
    let evidence = evidence.to_str().unwrap();
    let verified = desk.run(&["verify", evidence, "--key", &south]);
    assert!(verified.out.contains("register.south.example"), "{} {}", verified.out, verified.err);
    // the witness has the proof too, and both convince a third
    let alarm = std::fs::read_dir(Path::new(&witness_dir).join("alarms")).unwrap().next().unwrap().unwrap();
    let seen = desk.run(&["verify", alarm.path().to_str().unwrap(), "--key", &south]);
    assert_eq!(seen.code, verified.code, "{}", seen.err);
    // what the north had before it still has
    let found = desk.run(&subject).expect(0);
    assert!(found.out.contains("from register.south.example"), "{}", found.out);
}

/// A register of an earlier version has `trust.json` among its public files.
#[test]
fn what_lay_in_public_is_moved() {
    let world = World { desk: Desk::new() };
    world.register("north");
    let south = world.register("south");
    let (north, dir) = (world.path("north"), world.path("south"));
    let add = ["register", "trust", "add", &dir, "--key", &south, "--register", &north];
    world.desk.run(&add).expect(0);
    for name in ["trust.json", "trusted"] {
        std::fs::rename(Path::new(&north).join("private").join(name), Path::new(&north).join(name)).unwrap();
    }
    let listed = world.desk.run(&["register", "trust", "list", "--register", &north]).expect(0);
    assert!(listed.out.contains("register.south.example"), "{}", listed.out);
    assert!(!Path::new(&north).join("trust.json").exists() && !Path::new(&north).join("trusted").exists());
    world.desk.run(&["register", "trust", "update", "--register", &north]).expect(0);
}
