//! Codes of the formats as words: kinds of records, states, schemas, roles. A code that is not here is shown as it is
//! written, with spaces for its underscores: nothing is hidden because a word is missing.

use crate::language::Language;

type Row = (&'static str, &'static str, &'static str);

fn word(rows: &[Row], code: &str, language: Language) -> String {
    rows.iter().find(|(key, ..)| *key == code).map_or_else(
        || code.replace('_', " "),
        |(_, english, german)| match language {
            Language::English => (*english).to_owned(),
            Language::German => (*german).to_owned(),
        },
    )
}

/// A kind of record.
pub fn kind(code: &str, language: Language) -> String {
    word(KINDS, code, language)
}

/// Whether a kind of record has a word in every language.
pub fn has_kind(code: &str) -> bool {
    KINDS.iter().any(|(key, ..)| *key == code)
}

/// All kinds of records, in the order in which they are offered.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(code, ..)| *code)
}

/// What a subject is: the part before the colon.
pub fn subject_kind(code: &str, language: Language) -> String {
    word(SUBJECTS, code, language)
}

/// A kind of party (FollowTheMoney schema).
pub fn schema(code: &str, language: Language) -> String {
    word(SCHEMAS, code, language)
}

/// A state of an assessment, a status, a verdict, an outcome: the small words of the formats.
pub fn state(code: &str, language: Language) -> String {
    word(STATES, code, language)
}

/// A human right, as assessments name it.
pub fn right(code: &str, language: Language) -> String {
    word(RIGHTS, code, language)
}

/// A role of a person of the installation.
pub fn role(code: &str, language: Language) -> String {
    word(ROLES, code, language)
}

/// Whether a role has a word in every language.
pub fn has_role(code: &str) -> bool {
    ROLES.iter().any(|(key, ..)| *key == code)
}

/// A verdict of a regime, a commitment or the gate, in words.
pub fn verdict(code: &str, language: Language) -> String {
    match VERDICTS.iter().any(|(key, ..)| *key == code) {
        true => word(VERDICTS, code, language),
        false => code.replace('_', " ").to_lowercase(),
    }
}

/// What an answer means for who must act.
pub fn answer(code: &str, language: Language) -> String {
    word(ANSWERS, code, language)
}

/// What the journal keeps: kinds of its entries, and steps of the desk.
pub fn journal(code: &str, language: Language) -> String {
    word(JOURNAL, code, language)
}

/// A fixed phrase of a refusal, by its English words.
pub fn phrase(english: &str, language: Language) -> String {
    match language {
        Language::English => english.to_owned(),
        Language::German => PHRASES
            .iter()
            .find(|(phrase, _)| *phrase == english)
            .map_or_else(|| english.to_owned(), |(_, german)| (*german).to_owned()),
    }
}

/// Whether a fixed phrase of a refusal is there in German.
pub fn has_phrase(english: &str) -> bool {
    PHRASES.iter().any(|(phrase, _)| *phrase == english)
}

/// A member of a record or an entry.
pub fn member(code: &str, language: Language) -> String {
    word(MEMBERS, code, language)
}

const PHRASES: &[(&str, &str)] = &[
    ("only an appeal opens it again", "nur ein Widerspruch öffnet ihn wieder"),
    ("open a new one", "legen Sie einen neuen an"),
    ("an appeal is against a decision", "ein Widerspruch richtet sich gegen eine Entscheidung"),
    ("someone has to propose how it ends first", "zuerst muss jemand vorschlagen, wie er endet"),
    ("nothing is to be signed", "es ist nichts zu unterzeichnen"),
    ("there is no decision to write about", "es gibt keine Entscheidung, die mitzuteilen wäre"),
    ("the title", "den Titel"),
    ("the name of the applicant or party", "den Namen des Antragstellers oder der Partei"),
    ("why the facts are other ones", "warum die Tatsachen andere sind"),
    ("the name of the document", "den Namen des Dokuments"),
    ("something", "etwas"),
    ("why it is withdrawn", "warum er zurückgezogen wird"),
    ("why", "warum"),
    ("what you ask", "was Sie fragen"),
    (
        "what was answered, or why it is asked no more",
        "was geantwortet wurde oder warum nicht mehr gefragt wird",
    ),
    ("who appeals", "wer widerspricht"),
    ("on what grounds", "mit welcher Begründung"),
    ("possible match", "den möglichen Treffer"),
    ("open question", "die offene Frage"),
    ("document", "das Dokument"),
    ("outcome", "das Ergebnis"),
    // why credentials, keys and changes of people are refused
    ("the password is wrong", "das Passwort ist falsch"),
];

const ROLES: &[Row] = &[
    ("analyst", "analyst", "Sachbearbeitung"),
    ("approver", "approver", "Gegenzeichnung"),
    ("licensing_officer", "licensing officer", "Genehmigungsstelle"),
    ("assessor", "assessor", "Begutachtung"),
    ("register_operator", "register operator", "Registerführung"),
    ("auditor", "auditor", "Revision"),
    ("administrator", "administrator", "Verwaltung"),
];

const ANSWERS: &[Row] = &[
    ("PROCEED", "nothing stands in the way", "nichts steht entgegen"),
    ("CONDITIONS", "only conditions remain", "es bleiben nur Auflagen"),
    (
        "HOLD",
        "an authorisation, a notification or a fact is missing",
        "eine Genehmigung, eine Anzeige oder eine Tatsache fehlt",
    ),
    ("STOP", "it is prohibited, or a gate stops it", "es ist verboten, oder eine Schranke hält es auf"),
];

const VERDICTS: &[Row] = &[
    ("PROHIBITED", "prohibited", "verboten"),
    ("AUTHORISATION_REQUIRED", "authorisation required", "genehmigungspflichtig"),
    ("NOTIFY_AND_HOLD", "notify and hold", "anzeigen und warten"),
    ("INDETERMINATE", "indeterminate", "nicht bestimmbar"),
    ("LEGAL_CONFLICT", "legal conflict", "Rechtskonflikt"),
    ("NATIONAL_LAW_CHECK", "national law to check", "nationales Recht zu prüfen"),
    ("AUTHORISED", "authorised", "genehmigt"),
    ("GENERAL_AUTHORISATION", "general authorisation", "Allgemeingenehmigung"),
    ("NOT_CONTROLLED", "not controlled", "nicht erfasst"),
    ("COMMITMENT_BREACHED", "commitment breached", "Zusage verletzt"),
    ("COMMITMENT_AT_RISK", "commitment at risk", "Zusage gefährdet"),
    ("COMMITMENT_MET", "commitment met", "Zusage eingehalten"),
    ("NOT_BOUND", "not bound", "nicht gebunden"),
    ("GATE_STOP", "stop", "Halt"),
    ("GATE_INCOMPLETE", "incomplete", "unvollständig"),
    ("GATE_CONDITIONAL", "on conditions", "mit Auflagen"),
    ("GATE_PASS", "pass", "offen"),
    ("NOT_APPLICABLE", "not applicable", "nicht anwendbar"),
];

const JOURNAL: &[Row] = &[
    ("desk_step", "step", "Schritt"),
    ("administration", "administration", "Verwaltung"),
    ("webhook_made", "webhook made", "Webhook eingerichtet"),
    ("webhook_enabled", "webhook enabled", "Webhook eingeschaltet"),
    ("webhook_disabled", "webhook disabled", "Webhook ausgeschaltet"),
    ("webhook_secret", "webhook secret renewed", "Webhook-Geheimnis erneuert"),
    ("webhook_removed", "webhook removed", "Webhook entfernt"),
    ("countersignature", "countersignature", "Gegenzeichnung"),
    ("disposition", "disposition", "Entscheidung über einen Treffer"),
    ("decision", "decision", "Entscheidung"),
    ("list_snapshot", "list import", "Listenimport"),
    ("open", "opened", "angelegt"),
    ("facts", "case file", "Falldatei"),
    ("check", "check", "Prüfung"),
    ("match", "possible match", "möglicher Treffer"),
    ("propose_match", "match judged", "Treffer beurteilt"),
    ("confirm_match", "match agreed", "Treffer bestätigt"),
    ("return_match", "match returned", "Treffer zurückgegeben"),
    ("later_match", "match put off", "Treffer aufgeschoben"),
    ("assign", "assigned", "zugeteilt"),
    ("note", "note", "Notiz"),
    ("document", "document", "Dokument"),
    ("ask", "question", "Frage"),
    ("answer", "answer", "Antwort"),
    ("drop_question", "question dropped", "Frage fallen gelassen"),
    ("propose", "proposed", "vorgeschlagen"),
    ("return", "sent back", "zurückgegeben"),
    ("sign", "signed", "unterzeichnet"),
    ("escalate", "escalated", "vorgelegt"),
    ("decide", "decided", "entschieden"),
    ("appeal", "appeal", "Widerspruch"),
    ("withdraw", "withdrawn", "zurückgezogen"),
    ("enrol", "key enrolled", "Schlüssel eingetragen"),
];

const KINDS: &[Row] = &[
    ("assessment", "Assessment", "Prüfung"),
    ("comment", "Comment", "Stellungnahme"),
    ("response", "Response", "Antwort"),
    ("challenge", "Challenge", "Anfechtung"),
    ("challenge_decision", "Decision on a challenge", "Entscheidung über eine Anfechtung"),
    ("suspension", "Suspension", "Aussetzung"),
    ("reinstatement", "Reinstatement", "Wiedereinsetzung"),
    ("revocation", "Revocation", "Widerruf"),
    ("finding", "Finding", "Feststellung"),
    ("incident", "Incident", "Vorfall"),
    ("reply", "Reply", "Erwiderung"),
    ("dispute", "Dispute", "Einspruch"),
    ("dispute_outcome", "Outcome of a dispute", "Ausgang eines Einspruchs"),
    ("published_decision", "Published decision", "Veröffentlichte Entscheidung"),
    ("pledge", "Pledge", "Zusage"),
    ("pledge_withdrawal", "Withdrawal of a pledge", "Rücknahme einer Zusage"),
    ("list_snapshot", "List snapshot", "Listenfassung"),
    ("law_snapshot", "Law snapshot", "Rechtsfassung"),
    ("receipt_commitment", "Commitment to a receipt", "Festlegung auf eine Quittung"),
    ("roster", "Roster", "Verzeichnis"),
    ("accreditation", "Accreditation", "Zulassung"),
    ("key_change", "Change of a key", "Schlüsselwechsel"),
    ("recognition", "Recognition", "Anerkennung"),
];

const SUBJECTS: &[Row] = &[
    ("vendor", "Vendor", "Hersteller"),
    ("product", "Product", "Produkt"),
    ("operator", "Operator", "Betreiber"),
    ("person", "Person", "Person"),
    ("state", "State", "Staat"),
    ("assessment", "Assessment", "Prüfung"),
    ("assessor", "Assessor", "Prüfer"),
    ("register", "Register", "Register"),
    ("list", "List", "Liste"),
    ("law", "Law", "Recht"),
    ("party", "Party on a list", "Partei auf einer Liste"),
    ("country", "Country", "Land"),
];

const SCHEMAS: &[Row] = &[
    ("Person", "Person", "Person"),
    ("Organization", "Organisation", "Organisation"),
    ("Company", "Company", "Unternehmen"),
    ("PublicBody", "Public body", "Öffentliche Stelle"),
    ("LegalEntity", "Person or body", "Person oder Körperschaft"),
    ("Vessel", "Vessel", "Schiff"),
    ("Airplane", "Aircraft", "Luftfahrzeug"),
    ("Vehicle", "Vehicle", "Fahrzeug"),
    ("Asset", "Asset", "Vermögenswert"),
];

const STATES: &[Row] = &[
    ("draft", "draft", "Entwurf"),
    ("consultation", "out for comment", "in der Anhörung"),
    ("final", "final", "endgültig"),
    ("live", "live", "gültig"),
    ("suspended", "suspended", "ausgesetzt"),
    ("expired", "expired", "abgelaufen"),
    ("superseded", "superseded", "überholt"),
    ("revoked", "revoked", "widerrufen"),
    ("void", "void from the start", "von Anfang an nichtig"),
    ("stops", "stops", "hält auf"),
    ("open", "open", "offen"),
    ("conditions", "conditions", "unter Bedingungen"),
    ("shown", "shown only", "nur angezeigt"),
    ("pass", "pass", "bestanden"),
    ("flag", "flag", "Hinweis"),
    ("incomplete", "incomplete", "unvollständig"),
    ("person_removed", "person removed", "Person ausgeschlossen"),
    ("not_independent", "not independent", "nicht unabhängig"),
    ("roster_untrusted", "roster not trusted", "Verzeichnis nicht vertrauenswürdig"),
    ("invalid", "invalid", "ungültig"),
    ("accepted", "accepted", "angenommen"),
    ("partly", "accepted in part", "teilweise angenommen"),
    ("rejected", "rejected", "abgelehnt"),
    ("upheld", "upheld", "begründet"),
    ("partly_upheld", "upheld in part", "teilweise begründet"),
    ("inadmissible", "inadmissible", "unzulässig"),
    ("admitted", "admitted, to be decided", "zugelassen, zu entscheiden"),
    ("stands", "stands", "gilt"),
    ("corrected", "corrected", "berichtigt"),
    ("withdrawn", "withdrawn", "zurückgenommen"),
    ("disputed", "disputed", "bestritten"),
    ("overturned", "overturned", "aufgehoben"),
    ("confirmed", "confirmed", "bestätigt"),
    ("probable", "probable", "wahrscheinlich"),
    ("possible", "possible", "möglich"),
    ("refuted", "refuted", "widerlegt"),
    ("E1", "E1: tested or inspected by the signer", "E1: vom Unterzeichner getestet oder untersucht"),
    ("E2", "E2: a primary document", "E2: ein Originaldokument"),
    ("E3", "E3: third parties report it", "E3: Dritte berichten es"),
    ("E4", "E4: vendor or user say so", "E4: Hersteller oder Anwender sagen es"),
    ("A", "source protection", "Quellenschutz"),
    ("B", "exploit detail", "Einzelheiten einer Schwachstelle"),
    ("C", "trade secret", "Geschäftsgeheimnis"),
    ("D", "an ongoing lawful operation", "laufendes rechtmäßiges Verfahren"),
    ("yes", "yes", "ja"),
    ("no", "no", "nein"),
    ("unknown", "not known", "nicht bekannt"),
    ("none", "none", "keine"),
    ("not_applicable", "not applicable", "nicht anwendbar"),
    ("registrar", "registrar", "Registerführer"),
    ("accreditor", "accreditor", "Zulassungsstelle"),
    ("assessor", "assessor", "Prüfer"),
    ("adjudicator", "adjudicator", "Spruchkörper"),
    ("investigator", "investigator", "Ermittler"),
    ("state", "state", "Staat"),
    ("publisher", "publisher", "Herausgeber"),
    ("primary", "name", "Name"),
    ("alias", "alias", "Alias"),
    ("former", "former name", "früherer Name"),
    ("weak", "weak alias", "schwacher Alias"),
    ("all_items", "all items", "alle Güter"),
    ("supplement_2_items", "items of Supplement No. 2", "Güter der Supplement No. 2"),
    ("blocking", "all property and dealings", "alles Vermögen und jedes Geschäft"),
    ("securities", "dealings in securities", "Geschäfte mit Wertpapieren"),
    ("see_entry", "read the entry", "siehe Eintrag"),
    ("on_first_copy", "on the first copy taken in", "auf der ersten eingelesenen Fassung"),
    ("listed", "listed", "gelistet"),
    ("listed_again", "listed again", "wieder gelistet"),
    ("changed", "changed", "geändert"),
    ("renumbered", "renumbered by the publisher", "vom Herausgeber neu nummeriert"),
    ("delisted", "no longer on the list", "nicht mehr auf der Liste"),
    ("register_assigned", "assigned by the register", "vom Register zugewiesen"),
    ("random_roster", "drawn from the roster", "aus dem Verzeichnis gelost"),
    ("public_tender", "by public tender", "durch öffentliche Ausschreibung"),
    ("vendor_choice", "chosen by the vendor", "vom Hersteller gewählt"),
    ("buyer_choice", "chosen by the buyer", "vom Käufer gewählt"),
    ("court", "court", "Gericht"),
    ("treaty_body", "treaty body", "Vertragsausschuss"),
    ("international_body", "international body", "internationale Stelle"),
    ("venice_commission", "Venice Commission", "Venedig-Kommission"),
    ("authority", "authority", "Behörde"),
    ("confirmed_misuse", "confirmed misuse", "bestätigter Missbrauch"),
    ("report", "report", "Bericht"),
    ("journalists", "journalists", "Journalisten"),
    ("human_rights_defenders", "human-rights defenders", "Menschenrechtsverteidiger"),
    ("lawyers", "lawyers", "Anwälte"),
    ("judiciary", "judges and prosecutors", "Richter und Staatsanwälte"),
    ("political_opposition", "political opposition", "politische Opposition"),
    ("officials", "members of government or parliament", "Mitglieder von Regierung oder Parlament"),
    ("diplomats", "diplomats", "Diplomaten"),
    ("minority", "members of a minority", "Angehörige einer Minderheit"),
    ("religious_community", "a religious community", "eine Religionsgemeinschaft"),
    ("academics", "students and scholars", "Studierende und Forschende"),
    ("relatives", "relatives of targets", "Angehörige von Zielpersonen"),
    ("business", "business people", "Geschäftsleute"),
    ("population", "everyone in a place", "alle an einem Ort"),
    ("other", "others", "andere"),
    ("rotated", "rotated", "ersetzt"),
    ("compromised", "compromised", "kompromittiert"),
    ("shares", "shares", "Anteilen"),
    ("votes", "votes", "Stimmen"),
    ("develop", "development", "Entwicklung"),
    ("sale", "one sale", "ein Geschäft"),
];

const RIGHTS: &[Row] = &[
    ("life", "life", "Leben"),
    ("bodily_integrity", "bodily integrity", "körperliche Unversehrtheit"),
    ("liberty", "liberty", "Freiheit der Person"),
    ("privacy", "privacy", "Privatsphäre"),
    ("expression", "expression", "Meinungsfreiheit"),
    ("assembly_association", "assembly and association", "Versammlung und Vereinigung"),
    ("fair_trial", "fair trial", "faires Verfahren"),
    ("non_discrimination", "non-discrimination", "Nichtdiskriminierung"),
    ("asylum_non_refoulement", "asylum and non-refoulement", "Asyl und Nichtzurückweisung"),
    ("political_participation", "political participation", "politische Teilhabe"),
    ("other", "another right", "ein anderes Recht"),
];

const MEMBERS: &[Row] = &[
    ("about", "About", "Betrifft"),
    ("accused_asked_on", "Accused asked on", "Beschuldigte gefragt am"),
    ("action", "Act", "Handlung"),
    ("address", "Address", "Anschrift"),
    ("alias", "Alias", "Alias"),
    ("answer", "Answer", "Ergebnis"),
    ("as_of", "As of", "Stand"),
    ("assessors", "Assessors", "Prüfer"),
    ("at_least", "At least", "Mindestens"),
    ("because_of", "Because of", "Wegen"),
    ("birthDate", "Born", "Geboren"),
    ("birthPlace", "Place of birth", "Geburtsort"),
    ("body", "Body", "Stelle"),
    ("change", "Change", "Änderung"),
    ("changes", "Changes", "Änderungen"),
    ("claim", "Claim", "Behauptung"),
    ("comment_until", "Comments until", "Stellungnahmen bis"),
    ("commitment", "Commitment", "Festlegung"),
    ("conclusion", "Conclusion", "Ergebnis"),
    ("copy", "Copy", "Kopie"),
    ("country", "Country", "Land"),
    ("custody", "Custody", "Verwahrung"),
    ("day", "Day", "Tag"),
    ("decision", "Decision", "Entscheidung"),
    ("declarations", "Declarations", "Erklärungen"),
    ("description", "Description", "Beschreibung"),
    ("disposition", "Disposition", "Erledigung"),
    ("document", "Document", "Dokument"),
    ("documents", "Documents", "Dokumente"),
    ("draft", "Draft", "Entwurf"),
    ("end_user", "End user", "Endverwender"),
    ("entries", "Entries", "Einträge"),
    ("file", "File", "Datei"),
    ("files", "Files", "Dateien"),
    ("from", "From", "Von"),
    ("funders", "Funders", "Geldgeber"),
    ("gender", "Gender", "Geschlecht"),
    ("ground", "Ground", "Grund"),
    ("grounds", "Grounds", "Gründe"),
    ("groups", "Groups", "Gruppen"),
    ("how", "How", "Wie"),
    ("id", "Id", "Kennung"),
    ("idNumber", "Number", "Nummer"),
    ("imoNumber", "IMO number", "IMO-Nummer"),
    ("incidents", "Incidents", "Vorfälle"),
    ("intermediaries", "Resellers and brokers", "Händler und Vermittler"),
    ("journal", "Journal", "Journal"),
    ("key", "Key", "Schlüssel"),
    ("kind", "Kind", "Art"),
    ("kinds", "Kinds", "Arten"),
    ("language", "Language", "Sprache"),
    ("law", "Law packs", "Rechtsfassung"),
    ("member", "Member", "Mitglied"),
    ("members", "Members", "Mitglieder"),
    ("method", "Method", "Vorgehen"),
    ("name", "Name", "Name"),
    ("nationality", "Nationality", "Staatsangehörigkeit"),
    ("notes", "Notes", "Anmerkungen"),
    ("of", "Of", "Zu"),
    ("office", "Office", "Amt"),
    ("operator", "Used by", "Eingesetzt von"),
    ("organisation", "Organisation", "Organisation"),
    ("outcome", "Outcome", "Ausgang"),
    ("panel", "Panel", "Spruchkörper"),
    ("passportNumber", "Passport", "Reisepass"),
    ("period", "Period", "Zeitraum"),
    ("pledge", "Pledge", "Zusage"),
    ("position", "Position", "Stellung"),
    ("product", "Product", "Produkt"),
    ("program", "Programme", "Programm"),
    ("protects_people", "Protects people", "Schützt Menschen"),
    ("published_on", "Published", "Veröffentlicht"),
    ("publisher", "Publisher", "Herausgeber"),
    ("question_set", "Questions", "Fragen"),
    ("reason", "Reason", "Begründung"),
    ("reasons", "Reasons", "Begründung"),
    ("record", "Record", "Eintrag"),
    ("register", "Register", "Register"),
    ("registrationNumber", "Registration", "Registernummer"),
    ("release", "Release", "Ausgabe"),
    ("retrieved_on", "Retrieved", "Abgerufen"),
    ("role", "Role", "Rolle"),
    ("roles", "Roles", "Rollen"),
    ("rules", "Rules", "Regeln"),
    ("scope", "Scope", "Umfang"),
    ("sha256", "SHA-256", "SHA-256"),
    ("signatory", "Signatory", "Unterzeichner"),
    ("signed_on", "Signed on", "Unterzeichnet am"),
    ("since", "Since", "Seit"),
    ("source", "Source", "Quelle"),
    ("sourceUrl", "Published at", "Veröffentlicht unter"),
    ("sources", "Sources", "Quellen"),
    ("stage", "Stage", "Art der Prüfung"),
    ("standard", "Standard", "Maßstab"),
    ("state", "State", "Staat"),
    ("status", "Status", "Status"),
    ("summary", "Summary", "Zusammenfassung"),
    ("targets", "Against", "Gegen"),
    ("text", "Text", "Text"),
    ("tier", "Evidence", "Belege"),
    ("title", "Title", "Titel"),
    ("to", "To", "An"),
    ("tool", "Tool", "Werkzeug"),
    ("topics", "Topics", "Themen"),
    ("trigger", "Trigger", "Auslöser"),
    ("until", "Until", "Bis"),
    ("url", "Address", "Adresse"),
    ("valid_until", "Valid to", "Gültig bis"),
    ("vendor", "Vendor", "Hersteller"),
    ("version", "Version", "Version"),
    ("vkey", "Key of the log", "Schlüssel des Protokolls"),
    ("void", "Void", "Nichtig"),
    ("website", "Website", "Website"),
    ("weakAlias", "Weak alias", "Schwacher Alias"),
    ("what", "What", "Was"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_without_a_word_is_shown() {
        assert_eq!(state("never_heard_of", Language::German), "never heard of");
        assert_eq!(state("partly_upheld", Language::German), "teilweise begründet");
    }

    #[test]
    fn no_code_stands_twice() {
        for rows in [KINDS, SUBJECTS, SCHEMAS, STATES, RIGHTS, MEMBERS, ROLES, ANSWERS, VERDICTS, JOURNAL] {
            for (n, (code, ..)) in rows.iter().enumerate() {
                assert!(rows.iter().take(n).all(|(other, ..)| other != code), "{code}");
            }
        }
    }
}
