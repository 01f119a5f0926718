//! Decision papers and letters. A label of a paper has at most thirteen characters: its text begins at the fifteenth.

texts! {
    /// What stands in a decision paper and in the letter about it.
    Paper, EN, DE {
        paper: "DECISION PAPER", "ENTSCHEIDUNGSPAPIER";
        case: "case", "Vorgang";
        title: "title", "Titel";
        about: "about", "betrifft";
        opened: "opened", "angelegt";
        opened_by: "{time} by {name}", "{time} von {name}";
        policy: "policy", "Richtlinie";
        appeal: "appeal", "Widerspruch";
        number: "this is decision number {n}", "dies ist Entscheidung Nummer {n}";

        proposed: "Proposed", "Vorgeschlagen";
        outcome: "outcome", "Ergebnis";
        reason: "reason", "Begründung";
        condition: "condition {n}", "Auflage {n}";
        evidence: "evidence", "Beleg";
        proposed_by: "proposed by", "von";
        signature: "signature {n}", "Zeichnung {n}";

        law: "Law", "Recht";
        case_file: "case file", "Falldatei";
        check: "check", "Prüfung";
        unchecked: "none: the case was not checked against the law", "keine: Der Vorgang wurde nicht am Recht geprüft";
        answer: "answer", "Antwort";
        as_of: "as of", "Stand";
        record: "record", "Eintrag";
        entry: "entry {n} of the journal, {sha256}", "Eintrag {n} des Journals, {sha256}";
        note: "note", "Hinweis";
        stale: "something changed after this check", "nach dieser Prüfung hat sich etwas geändert";
        missing: "missing", "fehlt";

        matches: "Possible matches", "Mögliche Treffer";
        none: "none", "keine";
        no_matches: "none was reported", "es wurde keiner gemeldet";
        two: "{first} and {second}", "{first} und {second}";
        same: "the same party, by {by}: {why}", "dieselbe Partei, laut {by}: {why}";
        other: "another party, by {by}: {why}", "eine andere Partei, laut {by}: {why}";
        undecided: "undecided", "nicht entschieden";

        questions: "Questions to the applicant", "Fragen an den Antragsteller";
        until: "{text} (until {day})", "{text} (bis {day})";
        answered: "answered {time}: {text}", "beantwortet {time}: {text}";
        dropped: "asked no more since {time}: {why}", "nicht mehr gefragt seit {time}: {why}";
        unanswered: "not answered", "nicht beantwortet";

        appeals: "Appeals", "Widersprüche";
        documents: "Documents", "Dokumente";
        no_documents: "none was added", "es wurde keines hinzugefügt";

        to: "To: {name}", "An: {name}";
        date: "Date: {day}", "Datum: {day}";
        reference: "Reference: {case}", "Aktenzeichen: {case}";
        decision: "Decision: {outcome}.", "Entscheidung: {outcome}.";
        reasons: "Reasons:", "Begründung:";
        one_condition: "Condition {n}: {text}", "Auflage {n}: {text}";
        countersigned: "Countersigned by:", "Gegengezeichnet von:";
        closing: "The paper that they signed has the SHA-256 {sha256}. This decision can be appealed against; the appeal is looked at by other people.", "Das Papier, das sie unterzeichnet haben, hat den SHA-256 {sha256}. Gegen diese Entscheidung kann Widerspruch eingelegt werden; über ihn befinden andere Personen.";
    }
}
