//! Words around every page.

texts! {
    /// Words around every page.
    Frame, EN, DE {
        skip: "Skip to the content", "Zum Inhalt springen";
        navigation: "Main", "Hauptnavigation";
        languages: "Language", "Sprache";
        search: "Search", "Suche";
        register: "Register", "Register";
        lists: "Lists", "Listen";
        countries: "Countries", "Länder";
        verify: "How to verify", "Selbst prüfen";
        look_up: "Look up a vendor, owner, product or country", "Hersteller, Eigentümer, Produkt oder Land nachschlagen";
        this_page: "This page", "Diese Seite";
        as_of: "As of", "Stand";
        show: "Show", "Anzeigen";
        permalink: "Permalink", "Dauerhafte Adresse";
        feed: "Feed of changes (Atom)", "Änderungen abonnieren (Atom)";
        feed_short: "Feed", "Feed";
        json: "JSON", "JSON";
        csv: "CSV", "CSV";
        past: "This is the state of {day}: records logged by that day, and lists as they read on it.", "Dies ist der Stand vom {day}: Einträge, die bis dahin protokolliert waren, und Listen, wie sie an diesem Tag lauteten.";
        to_present: "Show the present state", "Den heutigen Stand zeigen";
        no_register: "This site shows no register.", "Diese Website zeigt kein Register.";
        state_of_register: "Register {origin}: {size} entries, signed root", "Register {origin}: {size} Einträge, signierte Wurzel";
        last_entry: "last entry", "letzter Eintrag";
        faults: "{n} entries of this register do not hold. They are marked, and nothing rests on them.", "{n} Einträge dieses Registers halten der Prüfung nicht stand. Sie sind gekennzeichnet, und nichts stützt sich auf sie.";
        not_a_judgement: "These pages repeat what was signed and what publishers list. They give no clearance and no score of a person or a country.", "Diese Seiten geben wieder, was unterzeichnet wurde und was Herausgeber von Listen veröffentlichen. Sie erteilen keine Freigabe und bewerten weder Menschen noch Länder mit einer Note.";
        source: "Free software; anyone can run these pages over the same files.", "Freie Software; jeder kann diese Seiten über denselben Dateien betreiben.";
        printed: "Printed from", "Gedruckt von";
        not_found: "Nothing is here", "Hier ist nichts";
        wrong_request: "The request cannot be read", "Die Anfrage ist nicht lesbar";
        failed: "The server failed", "Der Server hat versagt";
        overloaded: "Too many requests at once", "Zu viele Anfragen zugleich";
        error_help: "Search for a name, or look through the register.", "Suchen Sie nach einem Namen, oder sehen Sie das Register durch.";
        error_help_lists: "Search for a name on the lists.", "Suchen Sie auf den Listen nach einem Namen.";
        desk: "The desk, for those who work here", "Der Arbeitsplatz, für alle, die hier arbeiten";
        register_hint: "Records, assessments and decisions appear here once whoever runs the site names a register (countersign serve --register DIR). The lists can be searched without one.", "Einträge, Prüfungen und Entscheidungen erscheinen hier, sobald der Betreiber ein Register nennt (countersign serve --register DIR). Die Listen lassen sich auch ohne durchsuchen.";
        more: "Show {n} more", "{n} weitere zeigen";
        newer: "Newer", "Neuere";
        older: "Older", "Ältere";
        pages: "Pages of this list", "Seiten dieser Liste";
        yes: "yes", "ja";
        no: "no", "nein";
        unknown: "not known", "nicht bekannt";
        none: "none", "keine";
        today: "today", "heute";
        from: "from", "von";
        until: "until", "bis";
    }
}
