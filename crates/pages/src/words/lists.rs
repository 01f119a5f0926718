//! Words of the page on lists.

texts! {
    /// Words of the page on lists.
    Lists, EN, DE {
        title: "Lists", "Listen";
        lede: "Which publishers' lists this site compares names with, how old each copy is, and what went wrong with the last update.", "Mit welchen Listen diese Website Namen vergleicht, wie alt jede Fassung ist und was bei der letzten Aktualisierung schiefging.";
        source: "Source", "Quelle";
        holds: "Official lists", "Amtliche Listen";
        entries: "Entries", "Einträge";
        day: "Speaks for", "Gilt für";
        not_told: "not told", "nicht angegeben";
        imported: "Taken in", "Eingelesen";
        built_in: "part of the program", "Teil des Programms";
        age: "Age", "Alter";
        days: "{n} days", "{n} Tage";
        copies: "Copies", "Fassungen";
        state: "State", "Stand";
        fresh: "fresh", "aktuell";
        old: "older than its publisher's cadence", "älter als der Rhythmus des Herausgebers";
        guard: "count not believed", "Anzahl nicht glaubhaft";
        error: "last update failed", "letzte Aktualisierung fehlgeschlagen";
        snapshot: "Snapshot (SHA-256)", "Fassung (SHA-256)";
        only_starter: "Only the starter list is loaded: a few dozen entries. Finding nothing in it means nothing.", "Nur die Startliste ist geladen: einige Dutzend Einträge. Nichts darin zu finden, bedeutet nichts.";
        missing: "Lists of which no whole copy is loaded", "Listen, von denen keine ganze Fassung geladen ist";
        missing_note: "Names are not compared with these. A search that finds nothing says nothing about them.", "Mit diesen werden Namen nicht verglichen. Eine Suche ohne Treffer sagt über sie nichts aus.";
        history: "Copies that were taken in", "Eingelesene Fassungen";
        register_snapshots: "Hashes of lists in the register", "Prüfsummen von Listen im Register";
        code: "Code", "Kürzel";
        name: "List", "Liste";
    }
}
