//! Who bends an assessment: a vendor who wants a bad one to count, an assessor in another's name, a judge in their own cause. Each
//! hears why not, in a sentence, and nothing of it is in the register.

use super::town::{Town, faketime_is_there};

struct Bent {
    town: Town,
    waal: String,
    minho: String,
}

impl Bent {
    fn new() -> Self {
        let town = Town::new();
        let keys = town.begin(&[
            ("waal", "Waal Rights Assessors", "assessor"),
            ("minho", "Minho Institute", "assessor"),
            ("panel", "The Panel", "adjudicator"),
            ("friend", "Waal Rights Assessors", "adjudicator"),
            ("body", "Roster Body", "accreditor"),
            ("someone", "", ""),
            ("another", "", ""),
        ]);
        Self { town, waal: keys[0].clone(), minho: keys[1].clone() }
    }

    fn key(&self, who: &str) -> String {
        self.town.path(&format!("{who}.key"))
    }

    fn ok(&self, day: &str, args: &[&str]) -> String {
        Town::digest(&self.town.on(day, args).expect(0))
    }

    /// What is said to a call that is refused; the register does not grow by it.
    fn refused(&self, day: &str, args: &[&str]) -> String {
        let size = || self.town.on("2027-01-01", &["register", "list", "--json"]).json()["tree_size"].clone();
        let before = size();
        let ran = self.town.on(day, args).expect(2);
        assert_eq!(size(), before, "{args:?}");
        ran.err
    }

    fn seal(&self, day: &str, file: &str, dir: &str) -> String {
        let out = self.town.path(dir);
        self.town.on(day, &["assess", "seal", file, "--out", &out]).expect(0);
        out
    }

    fn own(&self) -> String {
        self.town.example("kit-cl.yaml", ("waal", &self.waal), ("minho", &self.minho))
    }

    fn draft(&self, day: &str) -> String {
        let dir = self.seal(day, &self.own(), &format!("draft-{day}"));
        let sign = ["assess", "sign", &dir, "--key", &self.key("waal"), "--comment-until", "2026-02-20"];
        self.town.on(day, &sign).expect(0);
        self.ok(day, &["assess", "publish", &dir])
    }

    /// A sealed and reviewed text.
    fn reviewed(&self, day: &str, dir: &str) -> String {
        let file = self.own();
        let dir = self.seal(day, &file, dir);
        let review = ["assess", "review", &dir, "--document", &file, "--key", &self.key("minho")];
        self.town.on(day, &review).expect(0);
        dir
    }

    fn last(&self, day: &str, draft: &str) -> String {
        let dir = self.reviewed(day, &format!("final-{day}"));
        let sign = ["assess", "sign", &dir, "--key", &self.key("waal"), "--final", "--draft", draft];
        self.town.on(day, &sign).expect(0);
        self.ok(day, &["assess", "publish", &dir])
    }

    fn state(&self, day: &str) -> String {
        let ran = self.town.on(day, &["assess", "show", "assessment:kit-cl", "--json"]);
        ran.json()["state"].as_str().unwrap().to_owned()
    }

    fn decide(&self, of: &str, outcome: &str, who: &str) -> Vec<String> {
        let key = self.key(who);
        let words =
            ["assess", "decide", of, "--outcome", outcome, "--reason", "r", "--name", "Judge", "--key", &key];
        words.map(str::to_owned).to_vec()
    }
}

fn words(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

#[test]
fn who_bends_an_assessment_is_refused_on_the_command_line() {
    if !faketime_is_there() {
        return;
    }
    let bent = Bent::new();
    let town = &bent.town;
    let draft = bent.draft("2026-01-12");

    // another assessor under the same id: before anything is signed, and at the register itself
    let theirs = town.example("theirs.yaml", ("minho", &bent.minho), ("waal", &bent.waal));
    let dir = bent.seal("2026-01-13", &theirs, "theirs");
    let minho = bent.key("minho");
    let sign = ["assess", "sign", &dir, "--key", &minho, "--comment-until", "2026-03-20"];
    let said = bent.refused("2026-01-13", &sign);
    assert!(
        said.contains("`assessment:kit-cl` has been used by `Waal Rights Assessors` since entry 6"),
        "{said}"
    );
    assert!(!town.desk.path("theirs/record.json").exists());
    let other = town.path("other");
    let registrar = bent.key("registrar");
    let init = [
        "register",
        "init",
        &other,
        "--origin",
        "other.example.org",
        "--keeper",
        "Other",
        "--key",
        &registrar,
    ];
    town.on("2026-01-13", &init).expect(0);
    let elsewhere = town.on("2026-01-13", &[&sign[..], &["--register", &other]].concat()).expect(0);
    assert!(elsewhere.err.contains("as the register stands, it would not be taken in"), "{}", elsewhere.err);
    let said = bent.refused("2026-01-13", &["assess", "publish", &dir]);
    assert!(said.contains("has been used by `Waal Rights Assessors`"), "{said}");
    let record = town.path("theirs/record.json");
    let public = format!("assessment.json={}", town.path("theirs/assessment.json"));
    let said = bent.refused("2026-01-13", &["register", "append", &record, "--document", &public]);
    assert!(said.contains("has been used by `Waal Rights Assessors`"), "{said}");

    // before the time for comments is over: the draft would be used up, and nothing would count
    let early = bent.reviewed("2026-02-01", "early");
    let waal = bent.key("waal");
    let sign_last = |dir: &str, day: &str| {
        town.on(day, &["assess", "sign", dir, "--key", &waal, "--final", "--draft", &draft])
    };
    sign_last(&early, "2026-02-01").expect(0);
    let said = bent.refused("2026-02-01", &["assess", "publish", &early]);
    assert!(said.contains("PUB-01: comments on the draft (entry 6) were announced until 2026-02-20, and a window is not shortened; publish it on 2026-02-21 or later"), "{said}");

    // the public version is changed after the seal: before it is signed, and after
    let changed = bent.reviewed("2026-02-25", "changed");
    let file = town.desk.path("changed/assessment.json");
    let whole = std::fs::read_to_string(&file).unwrap();
    let lie = whole.replacen("24000", "1", 1);
    assert_ne!(lie, whole);
    std::fs::write(&file, &lie).unwrap();
    let ran = sign_last(&changed, "2026-02-25").expect(2);
    assert!(ran.err.contains("is not what was sealed: RED-01"), "{}", ran.err);
    std::fs::write(&file, &whole).unwrap();
    sign_last(&changed, "2026-02-25").expect(0);
    std::fs::write(&file, &lie).unwrap();
    let said = bent.refused("2026-02-25", &["assess", "publish", &changed]);
    assert!(said.contains("RED-01"), "{said}");
    std::fs::write(&file, &whole).unwrap();

    // the draft of this assessment under another text
    let text = std::fs::read_to_string(bent.own()).unwrap().replace("id: kit-cl", "id: other-deal");
    let dir = bent.seal("2026-02-25", &town.write("other-deal.yaml", &text), "other-deal");
    std::fs::copy(town.desk.path("changed/review.json"), town.desk.path("other-deal/review.json")).unwrap();
    let ran = sign_last(&dir, "2026-02-25").expect(2);
    assert!(ran.err.contains("RED-05: the reviewer signed another text"), "{}", ran.err);
    std::fs::remove_file(town.desk.path("other-deal/review.json")).unwrap();
    let file = town.path("other-deal.yaml");
    town.on("2026-02-25", &["assess", "review", &dir, "--document", &file, "--key", &minho]).expect(0);
    let ran = sign_last(&dir, "2026-02-25").expect(2);
    assert!(
        ran.err.contains("is of `assessment:kit-cl`, and this text is `assessment:other-deal`"),
        "{}",
        ran.err
    );

    // and then as it should be; once
    bent.ok("2026-02-25", &["assess", "publish", &changed]);
    let again = bent.reviewed("2026-02-26", "again");
    let ran = sign_last(&again, "2026-02-26").expect(2);
    assert!(ran.err.contains("served the final text of entry 7"), "{}", ran.err);
    assert_eq!(bent.state("2026-02-26"), "live");
    let ran = town
        .on("2026-02-26", &["assess", "sign", &changed, "--key", &waal, "--final", "--draft", &draft])
        .expect(2);
    assert!(ran.err.contains("is signed already; remove that file"), "{}", ran.err);
}

/// CHG-01, -02, -05 and -06 by the commands that people use.
#[test]
fn a_challenge_runs_its_course() {
    if !faketime_is_there() {
        return;
    }
    let bent = Bent::new();
    let draft = bent.draft("2026-01-12");
    bent.last("2026-02-25", &draft);
    let (someone, another) = (bent.key("someone"), bent.key("another"));
    let challenge = |of: &str, key: &str| {
        let words = [
            "assess",
            "challenge",
            of,
            "--ground",
            "REV-01",
            "--text",
            "the log can be edited",
            "--key",
            key,
        ];
        words.map(str::to_owned).to_vec()
    };
    // Thursday; the tenth working day is 2026-03-19
    let first = bent.ok("2026-03-05", &words(&challenge("assessment:kit-cl", &someone)));
    assert_eq!(bent.state("2026-03-19"), "live");
    assert_eq!(bent.state("2026-03-20"), "suspended");
    let shown = bent.town.on("2026-03-20", &["assess", "show", "assessment:kit-cl"]).out;
    assert!(shown.contains("suspended: CHG-01: nobody said by 2026-03-19"), "{shown}");
    assert!(shown.contains("to be admitted or not by 2026-03-19, decided by 2026-05-04"), "{shown}");

    // the assessor's own house does not judge, not on paper either
    let own = bent.decide(&first, "rejected", "friend");
    let said = bent.refused("2026-03-23", &words(&own));
    assert!(said.contains("CHG-02: the key is of `Waal Rights Assessors`"), "{said}");
    let paper = bent.town.path("paper.json");
    let said = bent.refused("2026-03-23", &[&words(&own)[..], &["-o", &paper]].concat());
    assert!(said.contains("CHG-02") && !bent.town.desk.path("paper.json").exists(), "{said}");

    bent.ok("2026-03-23", &words(&bent.decide(&first, "admitted", "panel")));
    assert_eq!(bent.state("2026-03-23"), "live");
    let rejected = bent.ok("2026-04-10", &words(&bent.decide(&first, "rejected", "panel")));
    let said = bent.refused("2026-04-11", &words(&bent.decide(&first, "upheld", "panel")));
    assert!(said.contains("what remains is one appeal"), "{said}");

    // one appeal, by who challenged, to somebody else
    let said = bent.refused("2026-04-12", &words(&challenge(&rejected, &another)));
    assert!(said.contains("CHG-05"), "{said}");
    let appeal = bent.ok("2026-04-12", &words(&challenge(&rejected, &someone)));
    let said = bent.refused("2026-04-13", &words(&bent.decide(&appeal, "rejected", "panel")));
    assert!(said.contains("`The Panel` gave the decision that is appealed against"), "{said}");
    let upheld = bent.ok("2026-04-14", &words(&bent.decide(&appeal, "upheld", "body")));
    assert_eq!(bent.state("2026-04-14"), "suspended");
    let said = bent.refused("2026-04-15", &words(&challenge(&upheld, &bent.key("waal"))));
    assert!(said.contains("CHG-05: there is one appeal"), "{said}");
    let shown = bent.town.on("2026-04-16", &["assess", "show", "assessment:kit-cl"]).out;
    assert!(
        shown.contains("upheld by Roster Body: r") && shown.contains("rejected by The Panel: r"),
        "{shown}"
    );

    // what was challenged does not come back on a draft from before
    let ran = bent
        .town
        .on("2026-04-16", &["assess", "show", "assessment:kit-cl", "--as-of", "2026-03-04", "--json"]);
    assert_eq!(ran.json()["state"], "live", "what was known on a day stays so");
}
