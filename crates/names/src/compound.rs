//! Names of several words that are one: `Abd al-Rahman`, `Nasr Allah`, `Saif al-Din`; and fathers in a chain.

use crate::Script;
use crate::near_form::Outline;
use crate::role::Role;
use crate::tables::TABLES;
use crate::token::{Place, SERVANT, SERVANT_ARABIC, of_the_faith, servant};
use crate::units::Unit;

/// What stands before a name of God in names of the form "servant of".
const SERVANTS: [&str; 11] =
    ["abd", "abdul", "abdel", "abdal", "abdoul", "abdur", "abdus", "abder", "abdool", "abdu", "abdun"];

fn is_servant(word: &str) -> bool {
    word.starts_with("abd") && SERVANTS.contains(&word)
}

/// `abd al rahman` → `abdulrahman`, `saif al din` → `saifaldin`, in Latin and Arabic letters.
pub(crate) fn join_compound_names(roles: Vec<Role>) -> Vec<Role> {
    if roles.iter().any(may_be_joined) { joined(roles) } else { roles }
}

fn joined(roles: Vec<Role>) -> Vec<Role> {
    let article = |r: &Role| r.concept.is_some_and(|c| TABLES.article == Some(c.id));
    let mut out: Vec<Role> = Vec::with_capacity(roles.len());
    let mut queue: std::collections::VecDeque<Role> = roles.into();
    while let Some(role) = queue.pop_front() {
        let word = role.unit.text.as_str();
        let arabic = role.unit.script == Script::Arabic && word == "عبد";
        let before_article = queue.front().is_some_and(article);
        let mistyped = role.concept.is_none() && is_near_servant(word, before_article);
        let latin = role.unit.script == Script::Latin && (is_servant(word) || mistyped);
        if arabic || latin {
            let with_article =
                before_article || (word == "abd" && queue.front().is_some_and(is_near_article));
            let name_at = usize::from(with_article);
            let solid = queue.get(name_at).is_some_and(|r| {
                r.unit.script == role.unit.script && r.concept.is_none() && r.unit.text.chars().count() >= 3
            });
            if solid && (with_article || word != "abd") {
                if with_article {
                    queue.pop_front();
                }
                if let Some(name) = queue.pop_front() {
                    let prefix = if arabic { SERVANT_ARABIC } else { SERVANT };
                    let text = format!("{prefix}{}", name.unit.text);
                    let text = if text == "abdulallah" { "abdullah".to_owned() } else { text };
                    out.push(Role {
                        unit: Unit { text, ..name.unit },
                        concept: None,
                        nature: None,
                        place: name.place,
                    });
                    continue;
                }
            }
        }
        // `Nasr Allah`, `نصر الله`: one name
        if role.concept.is_none()
            && matches!(role.unit.script, Script::Latin | Script::Arabic)
            && queue.front().is_some_and(is_god)
            && is_before_god(role.unit.text.as_str())
            && let Some(next) = queue.pop_front_if(|next| next.unit.script == role.unit.script)
        {
            let text = format!("{word}{}", next.unit.text);
            out.push(Role { unit: Unit { text, ..role.unit }, ..role });
            continue;
        }
        if role.concept.is_none()
            && matches!(role.unit.script, Script::Latin | Script::Arabic)
            && queue.front().is_some_and(article)
            && queue.get(1).is_some_and(is_faith)
        {
            let end = if role.unit.script == Script::Arabic { "الدین" } else { "aldin" };
            let text = format!("{word}{end}");
            queue.pop_front();
            queue.pop_front();
            out.push(Role {
                unit: Unit { text, ..role.unit },
                concept: None,
                nature: None,
                place: role.place,
            });
            continue;
        }
        if role.unit.script == Script::Latin
            && role.concept.is_none()
            && let Some(text) = servant(word).or_else(|| of_the_faith(word))
        {
            out.push(Role { unit: Unit { text, ..role.unit }, ..role });
            continue;
        }
        out.push(role);
    }
    out
}

/// Whether a word may be part of such a name; most names have none.
fn may_be_joined(role: &Role) -> bool {
    let word = role.unit.text.as_str();
    match role.unit.script {
        Script::Latin => {
            word.starts_with("abd")
                || is_near_servant(word, true)
                || is_god(role)
                || is_faith(role)
                || of_the_faith(word).is_some()
        }
        Script::Arabic => true,
        _ => false,
    }
}

/// The name of God, as it stands behind another word.
fn is_god(role: &Role) -> bool {
    matches!(role.unit.text.as_str(), "allah" | "ullah" | "الله")
}

/// The faith, as it stands behind a word and the article.
fn is_faith(role: &Role) -> bool {
    matches!(
        role.unit.text.as_str(),
        "din" | "deen" | "dine" | "dean" | "dn" | "ddin" | "dinn" | "diin" | "دین"
    )
}

/// The words with which names of the form `Nasr Allah` (the help of God) begin, in their usual spellings. Other words before
/// `Allah` are names of their own (`Muhammad Allah Dad`).
fn is_before_god(word: &str) -> bool {
    const WORDS: [&str; 62] = [
        "nasr",
        "nasru",
        "nasr",
        "hasb",
        "habib",
        "habibu",
        "rahmat",
        "fadl",
        "fazl",
        "fazal",
        "saif",
        "sayf",
        "seif",
        "nur",
        "noor",
        "hamid",
        "hamd",
        "hizb",
        "hezb",
        "hizbu",
        "jund",
        "jar",
        "khair",
        "khayr",
        "asad",
        "aman",
        "amanu",
        "inayat",
        "hedayat",
        "hidayat",
        "nimat",
        "nemat",
        "obaid",
        "ubayd",
        "ubaid",
        "wali",
        "zabih",
        "lutf",
        "shukr",
        "ata",
        "ataa",
        "ruh",
        "rooh",
        "sana",
        "qudrat",
        "naqib",
        "sami",
        "najib",
        "matia",
        "mati",
        "faiz",
        "نصر",
        "حبیب",
        "رحمت",
        "فضل",
        "سیف",
        "نور",
        "حزب",
        "خیر",
        "اسد",
        "هدایت",
        "عبید",
    ];
    WORDS.contains(&word)
}

/// `Abdul Zahed`: one name, or the first and the last of `Abdul Rahman Zahed`, whose middle is left out; this is the second
/// reading.
pub(crate) fn lone_servant(roles: &[Role]) -> Option<Vec<Role>> {
    let [first, last] = roles else { return None };
    let servant =
        first.unit.script == Script::Latin && first.unit.text.starts_with("abd") && first.unit.text != "abd";
    let whole = servant && is_servant(&first.unit.text) && last.concept.is_none();
    let copy = |role: &Role, text: &str| Role {
        unit: Unit { text: text.to_owned(), script: role.unit.script },
        concept: None,
        nature: None,
        place: role.place,
    };
    whole.then(|| vec![copy(first, SERVANT), copy(last, &last.unit.text)])
}

/// Whether a word before a name is `abdul` with one slip in it, or before an article `abd` with one: nothing else that stands
/// there is like it. Of words in Latin letters.
fn is_near_servant(word: &str, before_article: bool) -> bool {
    // names and kunyas of their own
    const OTHERS: [&str; 6] = ["abul", "abduh", "abdulla", "abduli", "abid", "abed"];
    if word.len() > SERVANT.len() + 1 {
        return false;
    }
    let outline = Outline::of(word);
    let near = |servant: &str| {
        outline.may_be_near(Outline::of(servant)) && crate::text_edits(word, servant, 1).is_some()
    };
    (((4..=6).contains(&word.len()) && near(SERVANT)) || (before_article && near("abd")))
        && !OTHERS.contains(&word)
        && !TABLES.known(word).is_name()
}

/// Whether two letters after `abd` are the article with a slip in it: no name has two.
fn is_near_article(role: &Role) -> bool {
    let word = role.unit.text.as_str();
    let near = |article: &str| crate::text_edits(word, article, 1).is_some();
    role.unit.script == Script::Latin && word.len() == 2 && (near("al") || near("el"))
}

/// Marks the fathers and forefathers in `Usama bin Muhammad bin Awad bin Ladin`: the words after a particle of descent, but
/// for those after the last one, which are often the name of the family.
pub(crate) fn mark_chains(roles: &mut [Role]) {
    let descent = |role: &Role| role.concept.is_some_and(|c| TABLES.descent == Some(c.id));
    let last = roles.iter().rposition(descent).unwrap_or(0);
    let mut within = false;
    for role in roles.iter_mut().take(last) {
        if descent(role) {
            within = true;
        } else if within && role.concept.is_none() {
            role.place = Place::Chain;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameKind;
    use crate::role::assign_roles;
    use crate::units::units;

    /// Of every three of these words.
    #[test]
    fn names_that_are_not_looked_at_stay_as_they_are() {
        const WORDS: [&str; 24] = [
            "abd",
            "abdul",
            "abdal",
            "abduk",
            "abul",
            "bdul",
            "abed",
            "ab",
            "al",
            "el",
            "nasr",
            "allah",
            "ullah",
            "saif",
            "din",
            "deen",
            "saifuddin",
            "saifudin",
            "rahman",
            "bin",
            "quill",
            "Иван",
            "عبد",
            "دین",
        ];
        let texts = |roles: &[Role]| roles.iter().map(|role| role.unit.text.clone()).collect::<Vec<_>>();
        let mut stayed = 0;
        for a in WORDS {
            for b in WORDS {
                for c in WORDS {
                    let name = format!("{a} {b} {c}");
                    let roles = assign_roles(units(&name, false), NameKind::Person, None);
                    if !roles.iter().any(may_be_joined) {
                        let before = texts(&roles);
                        assert_eq!(texts(&joined(roles)), before, "{name}");
                        stayed += 1;
                    }
                }
            }
        }
        assert!(stayed > 500, "{stayed}");
    }
}
