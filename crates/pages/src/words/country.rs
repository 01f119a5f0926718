//! Words of the country pages.

texts! {
    /// Words of the country pages.
    Country, EN, DE {
        countries: "Countries", "Länder";
        countries_lede: "What published indices and findings say of the rule of law in a country. Indices are never added up: there is no total and no rank.", "Was veröffentlichte Indizes und Feststellungen über den Rechtsstaat eines Landes sagen. Indizes werden nie verrechnet: Es gibt keine Summe und keinen Rang.";
        no_tables: "No tables of indicators are loaded on this site. Findings of the register are shown all the same.", "Auf dieser Website sind keine Tabellen mit Indikatoren geladen. Feststellungen aus dem Register werden trotzdem gezeigt.";
        dossier: "Dossier", "Dossier";
        tier: "Tier for the gate", "Stufe für das Tor";
        tier_reached: "Tiers that the method reaches", "Stufen, die das Verfahren erreicht";
        tier_stable: "No variation of the method changes the tier.", "Keine Abwandlung des Verfahrens ändert die Stufe.";
        tier_unstable: "The tier depends on choices of the method. The most protective one counts.", "Die Stufe hängt von Festlegungen des Verfahrens ab. Es zählt die schützendste.";
        tier_none: "No tier", "Keine Stufe";
        variations: "What becomes of it when the method is varied", "Was daraus wird, wenn man das Verfahren abwandelt";
        variation: "Variation", "Abwandlung";
        as_it_stands: "the method as it stands", "das Verfahren, wie es ist";
        convention: "Bands and tiers are a convention of this project, neither of the publishers nor of any law. A bad score can stop; a good score never passes.", "Bänder und Stufen sind eine Festlegung dieses Projekts, weder der Herausgeber noch eines Gesetzes. Ein schlechter Wert kann aufhalten; ein guter lässt nie durch.";
        indices: "Indices, each by itself", "Die Indizes, jeder für sich";
        core: "core", "Kern";
        value: "Value", "Wert";
        interval: "Interval", "Intervall";
        no_interval: "uncertainty not published", "Unsicherheit nicht veröffentlicht";
        percent_interval: "{p} % interval", "{p}-%-Intervall";
        scale: "Scale", "Skala";
        up_better: "up is better", "höher ist besser";
        up_worse: "up is worse", "höher ist schlechter";
        band: "Band", "Band";
        band_low: "low", "unten";
        band_middle: "middle", "Mitte";
        band_high: "high", "oben";
        straddles: "straddles {a} and {b}", "reicht von {a} bis {b}";
        year: "Year measured", "Gemessenes Jahr";
        age: "{n} months old", "{n} Monate alt";
        trend: "Trend", "Verlauf";
        trend_from: "{text} in {year}", "{text} im Jahr {year}";
        better: "better", "besser";
        worse: "worse", "schlechter";
        unchanged: "unchanged", "unverändert";
        noise: "inside the noise", "innerhalb der Unsicherheit";
        no_trend: "no earlier value of this edition", "kein früherer Wert dieser Ausgabe";
        edition: "Edition", "Ausgabe";
        rests_on: "rests on {n} sources", "beruht auf {n} Quellen";
        chart_desc: "Values by year with their interval; dashed lines are the cut points of the bands.", "Werte nach Jahren mit ihrem Intervall; gestrichelt die Grenzen der Bänder.";
        chart_desc_uncut: "Values by year with their interval.", "Werte nach Jahren mit ihrem Intervall.";
        series: "The values", "Die Werte";
        low: "Low", "Untere Grenze";
        high: "High", "Obere Grenze";
        disagree: "Where the indices disagree", "Wo die Indizes einander widersprechen";
        findings: "Findings", "Feststellungen";
        findings_register: "Findings and incidents of the register", "Feststellungen und Vorfälle des Registers";
        no_findings: "None is given. That says nothing about what happened.", "Keine angegeben. Das sagt nichts darüber, was geschehen ist.";
        found_by: "Found by", "Festgestellt von";
        agency: "Agency", "Behörde";
        reply: "Reply of {who}", "Erwiderung von {who}";
        asked: "{who} was asked on {day} and has not replied.", "{who} wurde am {day} gefragt und hat nicht geantwortet.";
        criticism: "What is criticised about the numbers", "Was an den Zahlen kritisiert wird";
        missing: "Core indices without a value", "Kernindizes ohne Wert";
        missing_note: "Missing is not middle.", "Fehlend heißt nicht mittel.";
        files: "The files it rests on", "Die Dateien, auf denen es beruht";
        published: "Published", "Veröffentlicht";
        terms: "Terms", "Bedingungen";
        pledges: "Pledges of the state", "Zusagen des Staates";
        others: "Also in the files, not part of the method", "Außerdem in den Dateien, nicht Teil des Verfahrens";
        method: "Method", "Verfahren";
        notes: "Notes", "Hinweise";
        indices_count: "Indices", "Indizes";
        register_count: "Records of the register", "Einträge des Registers";
        none_listed: "No country has indices or records here yet.", "Noch hat hier kein Land Indizes oder Einträge.";
        open: "Open a dossier", "Dossier öffnen";
    }
}
