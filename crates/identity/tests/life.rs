//! People over their time here: the first administrator, links, sessions, keys, and the file under all of it.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use countersign_identity::*;
use jiff::{SignedDuration, Timestamp};

const PASSWORD: &str = "correct horse battery staple";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn token(n: u8) -> Token {
    Token::new([n; 32])
}

/// Sets up the first administrator by the link.
fn set_up(keeper: &mut Keeper) -> UserId {
    keeper.change::<_, KeeperFault>(|d| Ok((vec![d.make_set_up_link(&token(1), at(0))], ()))).unwrap();
    accept(keeper, &token(1), at(60)).unwrap();
    keeper.directory().named("root.admin").unwrap().id.clone()
}

fn accept(keeper: &mut Keeper, link: &Token, now: Timestamp) -> Result<(), KeeperFault> {
    keeper.change(|d| {
        let first = Some((UserId::of(&[1; 8]), "root.admin".parse().unwrap(), "Ada Admin"));
        let make = |id: &UserId, name: &UserName| Credentials::new(id, name.as_str(), PASSWORD, &[7; 60]);
        Ok((d.accept(link, first, make, now)?, ()))
    })
}

fn sign_in(
    keeper: &mut Keeper,
    throttle: &mut Throttle,
    (name, password, code): (&str, &str, &str),
    session: &Token,
    now: Timestamp,
) -> Result<(), SignInFault> {
    let attempt = Attempt { name, password, code, address: "192.0.2.1" };
    let proof = attempt.prove(keeper.directory().named(name).cloned());
    let mut fault = None;
    keeper
        .change::<_, KeeperFault>(|d| match attempt.sign_in(d, throttle, &proof, session, now) {
            Ok(done) => Ok((done.events, ())),
            Err(refused) => {
                fault = Some(refused);
                Ok((Vec::new(), ()))
            }
        })
        .unwrap();
    fault.map_or(Ok(()), Err)
}

fn bytes_of(home: &Path) -> String {
    std::fs::read_to_string(home.join("identity/events.jsonl")).unwrap()
}

#[test]
fn the_set_up_link_makes_one_administrator_once_and_not_for_long() {
    let home = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(home.path()).unwrap();
    assert!(!keeper.directory().has_administrator());
    keeper.change::<_, KeeperFault>(|d| Ok((vec![d.make_set_up_link(&token(1), at(0))], ()))).unwrap();
    assert!(keeper.directory().invitation(&token(1), at(3599)).is_ok());
    assert_eq!(keeper.directory().invitation(&token(1), at(3600)), Err(IdentityFault::Link));
    assert_eq!(keeper.directory().invitation(&token(2), at(1)), Err(IdentityFault::Link));
    // a newer start makes a newer link, and the older one is worth nothing
    keeper.change::<_, KeeperFault>(|d| Ok((vec![d.make_set_up_link(&token(3), at(10))], ()))).unwrap();
    assert!(keeper.directory().invitation(&token(1), at(11)).is_err());
    accept(&mut keeper, &token(3), at(20)).unwrap();
    assert!(keeper.directory().has_administrator());
    assert!(accept(&mut keeper, &token(3), at(21)).is_err(), "a link is used once");
    // nor does a set-up link made by a stranger's second process help any more
    keeper.change::<_, KeeperFault>(|d| Ok((vec![d.make_set_up_link(&token(4), at(30))], ()))).unwrap();
    assert!(keeper.directory().invitation(&token(4), at(31)).is_err());
}

#[test]
fn sessions_end_when_idle_when_old_and_when_the_password_changes() {
    let home = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(home.path()).unwrap();
    let root = set_up(&mut keeper);
    let mut throttle = Throttle::default();
    sign_in(&mut keeper, &mut throttle, ("root.admin", PASSWORD, ""), &token(9), at(100)).unwrap();
    let holds = |keeper: &Keeper, now| keeper.directory().by_session(&token(9), now).is_some();
    assert!(holds(&keeper, at(100)) && holds(&keeper, at(100 + 29 * 60)));
    assert!(!holds(&keeper, at(100 + 30 * 60)), "thirty minutes without a request");
    // used every ten minutes it lasts twelve hours and no longer
    let mut now = at(100);
    while now < at(100 + 12 * 3600 - 600) {
        now = now.checked_add(SignedDuration::from_mins(10)).unwrap();
        let (caller, seen) = keeper.directory().by_session(&token(9), now).unwrap();
        assert_eq!(caller.user, root);
        keeper.change::<_, KeeperFault>(|_| Ok((seen.into_iter().collect(), ()))).unwrap();
    }
    assert!(!holds(&keeper, at(100 + 12 * 3600)));
    sign_in(&mut keeper, &mut throttle, ("root.admin", PASSWORD, ""), &token(9), at(90_000)).unwrap();
    assert!(keeper.directory().by_session(&token(8), at(90_000)).is_none());
    keeper
        .change::<_, KeeperFault>(|d| Ok((d.reset("root.admin", &token(5), (at(90_001), None))?, ())))
        .unwrap();
    assert!(keeper.directory().by_session(&token(9), at(90_002)).is_none());
}

#[test]
fn unknown_name_wrong_password_and_wrong_code_are_one_answer() {
    let home = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(home.path()).unwrap();
    let root = set_up(&mut keeper);
    let secret = TotpSecret::new([6; 20]);
    keeper
        .change::<_, KeeperFault>(|d| {
            let credentials = d.user(&root).unwrap().credentials.clone().unwrap();
            let opened = credentials.open(&root, PASSWORD).unwrap();
            let credentials = credentials.with_totp(&root, &opened, Some(&secret), [2; 12]).unwrap();
            let set = Event::CredentialsSet { user: root.clone(), credentials, used: None, code_step: None };
            Ok((vec![Stamped::new(at(70), None, set)], ()))
        })
        .unwrap();
    let mut throttle = Throttle::default();
    let seconds = |now: Timestamp| u64::try_from(now.as_second()).unwrap();
    let mut faults = BTreeSet::new();
    let right = secret.code(seconds(at(100)));
    for who in [
        ("nobody.here", PASSWORD, right.as_str()),
        ("root.admin", "another long password", right.as_str()),
        ("root.admin", PASSWORD, "000000"),
        ("root.admin", PASSWORD, ""),
        ("Not A Name!", PASSWORD, ""),
    ] {
        let fault = sign_in(&mut keeper, &mut throttle, who, &token(9), at(100)).unwrap_err();
        assert_eq!(fault, SignInFault::Wrong, "{who:?}");
        faults.insert(fault.to_string());
    }
    assert_eq!(faults.len(), 1);
    sign_in(&mut keeper, &mut throttle, ("root.admin", PASSWORD, &right), &token(9), at(100)).unwrap();
    // the same code again, on another session
    let again = sign_in(&mut keeper, &mut throttle, ("root.admin", PASSWORD, &right), &token(8), at(101));
    assert_eq!(again, Err(SignInFault::Wrong));
    // and after a restart too
    let mut keeper = Keeper::open(home.path()).unwrap();
    let again = sign_in(&mut keeper, &mut throttle, ("root.admin", PASSWORD, &right), &token(8), at(102));
    assert_eq!(again, Err(SignInFault::Wrong));
    for n in 0..5 {
        let _ = sign_in(&mut keeper, &mut throttle, ("nobody.here", PASSWORD, ""), &token(8), at(110 + n));
    }
    let waits = sign_in(&mut keeper, &mut throttle, ("nobody.here", PASSWORD, ""), &token(8), at(115));
    assert!(matches!(waits, Err(SignInFault::Wait(_))), "an unknown name waits as a known one does");
}

#[test]
fn keys_are_found_by_their_first_digits_and_die_by_time_revocation_and_owner() {
    let home = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(home.path()).unwrap();
    let root = set_up(&mut keeper);
    let day = SignedDuration::from_hours(24);
    let new = |days: i32| NewApiKey {
        user: root.clone(),
        purpose: "nightly screening".to_owned(),
        scopes: BTreeSet::from([Scope::Screen]),
        expires: at(100).checked_add(day * days).unwrap(),
    };
    let refused = keeper.directory().make_key(new(401), [1; 4], &token(40), (at(100), None));
    assert_eq!(refused.unwrap_err(), ApiKeyFault::Expiry.into());
    let none = NewApiKey { scopes: BTreeSet::new(), ..new(1) };
    assert!(keeper.directory().make_key(none, [1; 4], &token(40), (at(100), None)).is_err());
    let text = keeper
        .change::<_, KeeperFault>(|d| {
            let (event, text) = d.make_key(new(30), [0xab; 4], &token(40), (at(100), Some(&root)))?;
            Ok((vec![event], text))
        })
        .unwrap();
    assert!(text.starts_with("csk_abababab_"));
    let directory = keeper.directory();
    let found = directory.by_key(&text, at(200)).unwrap();
    assert_eq!(found.user, root);
    assert!(matches!(&found.via, Via::Key { scopes, .. } if scopes.contains(&Scope::Screen)));
    for wrong in [
        text.strip_suffix(|_| true).unwrap(),
        "csk_abababab_",
        &text.replace("abababab", "abababac"),
        "",
        "csk__",
    ] {
        assert!(directory.by_key(wrong, at(200)).is_none(), "{wrong}");
    }
    let after = at(100).checked_add(day * 30).unwrap();
    assert!(directory.by_key(&text, after).is_none(), "expired");
    keeper
        .change::<_, KeeperFault>(|d| Ok((vec![d.revoke_key("abababab", (at(300), Some(&root)))?], ())))
        .unwrap();
    assert!(keeper.directory().by_key(&text, at(301)).is_none(), "revoked");
    assert!(!bytes_of(home.path()).contains(text.rsplit('_').next().unwrap()));
}

#[test]
fn the_last_administrator_stays() {
    let home = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(home.path()).unwrap();
    set_up(&mut keeper);
    let directory = keeper.directory();
    assert!(matches!(
        directory.set_disabled("root.admin", true, (at(200), None)),
        Err(IdentityFault::LastAdministrator(_))
    ));
    let analyst = BTreeSet::from([Role::Analyst]);
    assert!(directory.set_roles("root.admin", analyst.clone(), (at(200), None)).is_err());
    // another one who has not used their link yet cannot take over
    let admins = BTreeSet::from([Role::Administrator]);
    let second = (UserId::of(&[2; 8]), "second".parse::<UserName>().unwrap());
    keeper
        .change::<_, KeeperFault>(|d| {
            Ok((d.add_user(second.0, second.1, "Second", admins, &token(20), (at(200), None))?, ()))
        })
        .unwrap();
    assert!(keeper.directory().set_disabled("root.admin", true, (at(201), None)).is_err());
    accept(&mut keeper, &token(20), at(210)).unwrap();
    assert!(keeper.directory().set_disabled("root.admin", true, (at(211), None)).is_ok());
}

#[test]
fn a_stolen_copy_holds_nothing_to_sign_in_with() {
    let home = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(home.path()).unwrap();
    set_up(&mut keeper);
    let mut throttle = Throttle::default();
    sign_in(&mut keeper, &mut throttle, ("root.admin", PASSWORD, ""), &token(9), at(100)).unwrap();
    let text = bytes_of(home.path());
    for (what, secret) in [
        ("the password", PASSWORD.to_owned()),
        ("the link", token(1).text()),
        ("the session", token(9).text()),
        ("the session in hexadecimal", "09".repeat(32)),
        ("the seed of the signing key", "07".repeat(32)),
    ] {
        assert!(!text.contains(&secret), "{what} stands in the file");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode =
            |path: &str| std::fs::metadata(home.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("identity"), mode("identity/events.jsonl")), (0o700, 0o600));
    }
}

#[test]
fn a_torn_last_line_is_cut_off_and_any_other_damage_stops() {
    let home = tempfile::tempdir().unwrap();
    let mut keeper = Keeper::open(home.path()).unwrap();
    set_up(&mut keeper);
    let path = home.path().join("identity/events.jsonl");
    let whole = std::fs::read(&path).unwrap();
    // every place at which a write can be torn
    let last = whole[..whole.len() - 1].iter().rposition(|b| *b == b'\n').unwrap() + 1;
    for end in (last..whole.len()).step_by(97).chain([whole.len() - 1]) {
        std::fs::write(&path, &whole[..end]).unwrap();
        let mut keeper = Keeper::open(home.path()).unwrap();
        assert!(!keeper.directory().has_administrator(), "half a line is no administrator");
        accept(&mut keeper, &token(1), at(70)).unwrap();
        assert!(Keeper::open(home.path()).unwrap().directory().has_administrator());
    }
    let mut damaged = whole.clone();
    damaged[10] = b'#';
    std::fs::write(&path, &damaged).unwrap();
    let fault = Keeper::open(home.path()).unwrap_err();
    assert!(matches!(fault, KeeperFault::Damaged { line: 1, .. }), "{fault}");
}

#[test]
fn two_processes_see_what_the_other_wrote() {
    let home = tempfile::tempdir().unwrap();
    let mut one = Keeper::open(home.path()).unwrap();
    let mut two = Keeper::open(home.path()).unwrap();
    set_up(&mut one);
    two.sync().unwrap();
    assert!(two.directory().has_administrator());
    let add = |keeper: &mut Keeper, n: u8, name: &str| {
        let (id, name) = (UserId::of(&[n; 8]), name.parse::<UserName>().unwrap());
        keeper.change::<_, KeeperFault>(|d| {
            let roles = BTreeSet::from([Role::Analyst]);
            Ok((d.add_user(id, name, "Some One", roles, &token(n), (at(500), None))?, ()))
        })
    };
    add(&mut one, 30, "bob").unwrap();
    let taken = add(&mut two, 31, "bob").unwrap_err();
    assert!(taken.to_string().contains("there is a user `bob` already"), "{taken}");
    add(&mut two, 32, "carol").unwrap();
    one.sync().unwrap();
    assert_eq!(one.directory().users().count(), 3);
    // a file that was put back from an older copy is noticed
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .truncate(true)
        .open(home.path().join("identity/events.jsonl"))
        .unwrap();
    file.write_all(b"").unwrap();
    assert!(one.sync().is_err());
}
