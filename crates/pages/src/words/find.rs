//! Words of the search, and of what it finds.

texts! {
    /// Words of the search, and of what it finds.
    Find, EN, DE {
        title: "Who sold what to whom, and who allowed it", "Wer hat wem was verkauft, und wer hat es erlaubt";
        lede: "Official lists with their history, human-rights assessments, decisions and pledges on surveillance technology. Every record can be checked without trusting this site.", "Amtliche Listen mit ihrer Geschichte, Menschenrechtsprüfungen, Entscheidungen und Zusagen zu Überwachungstechnik. Jeder Eintrag lässt sich prüfen, ohne dieser Website zu vertrauen.";
        name: "Name", "Name";
        name_hint: "In any script; other spellings are found too", "In jeder Schrift; andere Schreibweisen werden mitgefunden";
        kind: "What it is", "Was es ist";
        any_kind: "Anything", "Alles";
        country: "Country", "Land";
        country_hint: "Two letters or a name", "Zwei Buchstaben oder ein Name";
        from: "Recorded from", "Eingetragen ab";
        until: "Recorded until", "Eingetragen bis";
        go: "Search", "Suchen";
        results: "Search results", "Suchergebnisse";
        results_for: "Results for “{q}”", "Ergebnisse für „{q}“";
        on_lists: "On official lists", "Auf amtlichen Listen";
        possible: "A possible match of names. Whether it is the same party, a person has to decide.", "Eine mögliche Übereinstimmung von Namen. Ob es sich um dieselbe Partei handelt, muss ein Mensch entscheiden.";
        compared: "Compared with {n} entries of {lists}.", "Verglichen mit {n} Einträgen aus {lists}.";
        no_listing: "No possible match among the {n} entries that were compared. That is no clearance: the lists may lack the party, or write it otherwise.", "Keine mögliche Übereinstimmung unter den {n} verglichenen Einträgen. Das ist keine Freigabe: Die Listen können die Partei nicht enthalten oder anders schreiben.";
        near: "Just below the threshold", "Knapp unter der Schwelle";
        more_near: "and {n} more below the threshold", "und {n} weitere unter der Schwelle";
        subjects: "In the register", "Im Register";
        records: "Records", "Einträge";
        no_records: "No record of the register fits.", "Kein Eintrag des Registers passt.";
        no_subjects: "Nothing in the register is filed under such a name.", "Unter einem solchen Namen ist im Register nichts abgelegt.";
        nothing_asked: "Write a name, choose a kind, a country or days.", "Geben Sie einen Namen ein, oder wählen Sie Art, Land oder Zeitraum.";
        latest: "Latest records", "Neueste Einträge";
        all_records: "All {n} records", "Alle {n} Einträge";
        listed_as: "Name on the list", "Name auf der Liste";
        score: "Likeness", "Ähnlichkeit";
        listings: "Listings", "Listungen";
        matched: "Why", "Warum";
        source: "Source", "Quelle";
        time: "Logged", "Protokolliert";
        entry: "Entry", "Eintrag";
        what: "Record", "Art";
        about: "About", "Betrifft";
        summary: "Summary", "Zusammenfassung";
        by: "Signed by", "Unterzeichnet von";
        count: "Records", "Einträge";
        subject: "Subject", "Gegenstand";
        not_sound: "does not hold", "hält nicht stand";
        register_title: "The register", "Das Register";
        register_lede: "All that was logged, newest first. Entries are only ever added; what is withdrawn stays visible.", "Alles, was protokolliert wurde, das Neueste zuerst. Es wird nur hinzugefügt; was zurückgenommen wird, bleibt sichtbar.";
        subjects_title: "Subjects of the register", "Gegenstände des Registers";
        by_kind: "By kind of record", "Nach Art des Eintrags";
        all_kinds: "All kinds", "Alle Arten";
        browse_subjects: "All subjects", "Alle Gegenstände";
        start: "Where to begin", "Womit beginnen";
        start_register: "All records, newest first", "Alle Einträge, das Neueste zuerst";
        start_lists: "Which lists are loaded, and how old they are", "Welche Listen geladen sind und wie alt sie sind";
        start_countries: "What is known of the rule of law in a country", "Was über den Rechtsstaat eines Landes bekannt ist";
        start_verify: "Check a record without our code", "Einen Eintrag ohne unseren Code prüfen";
        empty_register: "The register has no entry yet.", "Das Register hat noch keinen Eintrag.";
        bad_country: "“{text}” is no country; write two letters (SA) or its English name.", "„{text}“ ist kein Land; schreiben Sie zwei Buchstaben (SA) oder den englischen Namen.";
        bad_day: "“{text}” is no day; write it as 2026-03-31.", "„{text}“ ist kein Tag; schreiben Sie ihn als 2026-03-31.";
        old_copy: "The copy of {source} is {n} days old; its publisher changes it more often.", "Die Fassung von {source} ist {n} Tage alt; ihr Herausgeber ändert sie öfter.";
        truncated: "Only the first {n} are shown; narrow the search, or take all as CSV.", "Nur die ersten {n} werden gezeigt; grenzen Sie die Suche ein, oder nehmen Sie alle als CSV.";
    }
}
