//! The desk.

texts! {
    /// Queues, cases, possible matches, papers, the audit log.
    Desk, EN, DE {
        desk: "Desk", "Arbeitsplatz";
        public: "Register", "Register";
        queue: "Queue", "Eingang";
        mine: "My work", "Meine Arbeit";
        closed: "Closed", "Abgeschlossen";
        audit: "Audit log", "Protokoll";
        people: "People", "Personen";
        account: "Account", "Konto";
        sign_out: "Sign out", "Abmelden";
        foot: "A possible match is undecided until people decide it. Every step here is a signed entry of the journal.", "Ein möglicher Treffer ist offen, bis Menschen über ihn entscheiden. Jeder Schritt hier ist ein signierter Eintrag des Journals.";

        refused: "This was not done", "Das wurde nicht ausgeführt";
        back: "Back", "Zurück";
        to_desk: "To the desk", "Zum Arbeitsplatz";

        queue_lede: "What waits for someone, the most urgent first.", "Was auf jemanden wartet, das Dringendste zuerst.";
        mine_lede: "What is assigned to you, or waits for your eyes or your signature.", "Was Ihnen zugeteilt ist oder auf Ihren Blick oder Ihre Unterschrift wartet.";
        closed_lede: "Decided and withdrawn cases, the newest first.", "Entschiedene und zurückgezogene Vorgänge, die neuesten zuerst.";
        to_decide: "Possible matches to decide", "Mögliche Treffer, über die zu entscheiden ist";
        open_cases: "Open cases", "Offene Vorgänge";
        no_matches_wait: "No possible match is undecided.", "Kein möglicher Treffer ist offen.";
        who_opens: "Analysts and licensing officers open cases; an administrator adds people under People and gives them these roles.", "Fälle legen Sachbearbeitung und Genehmigungsstelle an; die Verwaltung fügt unter „Personen“ Menschen hinzu und gibt ihnen diese Rollen.";
        no_cases_wait: "No case is open.", "Kein Vorgang ist offen.";
        nothing_mine: "Nothing waits for you.", "Nichts wartet auf Sie.";
        nothing_closed: "No case has been closed yet.", "Noch ist kein Vorgang abgeschlossen.";
        open_one: "Open a case", "Vorgang anlegen";
        case: "Case", "Vorgang";
        cases: "Cases", "Vorgänge";
        title: "Title", "Titel";
        about: "About", "Betrifft";
        waits_for: "Waits for", "Wartet auf";
        outcome: "Outcome", "Ergebnis";
        due: "Due", "Fällig";
        late: "overdue", "überfällig";
        assigned_to: "Assigned to", "Zugeteilt an";
        nobody: "nobody", "niemand";
        score: "Score", "Wert";
        party: "Party", "Partei";
        entry: "Entry", "Eintrag";
        list: "List", "Liste";
        state: "State", "Stand";

        new_lede: "A case is opened now and decided by other people than you.", "Der Vorgang wird jetzt angelegt; entscheiden werden andere als Sie.";
        applicant: "Applicant, or the party that is looked at", "Antragsteller oder die betrachtete Partei";
        what_it_is: "What it is", "Was es ist";
        kind_act: "An act that someone wants to take", "Eine Handlung, die jemand vornehmen will";
        kind_party: "A party by itself: a customer, a supplier", "Eine Partei für sich: ein Kunde, ein Lieferant";
        case_file_if_any: "Case file (YAML), if there is one already", "Falldatei (YAML), falls es schon eine gibt";
        or_file: "or as a file", "oder als Datei";
        decide_by: "To be decided by", "Zu entscheiden bis";
        as_policy: "(empty: as the policy says)", "(leer: wie die Regeln es sagen)";

        opened: "Opened", "Angelegt";
        by: "by {name}", "von {name}";
        policy: "Policy", "Regeln";
        escalated: "Escalated", "Vorgelegt";
        returned: "The last proposal does not stand: {why}", "Der letzte Vorschlag gilt nicht mehr: {why}";
        appeals: "Appeals", "Widersprüche";
        on_this_page: "On this page", "Auf dieser Seite";
        work: "Do something", "Etwas tun";

        countersign_title: "To be countersigned", "Gegenzuzeichnen";
        reason: "Reason", "Begründung";
        condition: "Condition", "Auflage";
        proposed_by: "Proposed by", "Vorgeschlagen von";
        missing: "Missing signatures", "Es fehlen";
        number: "number {n}: {role}", "Nummer {n}: {role}";
        then: "then", "dann";
        paper_exact: "The paper, exactly as it is signed", "Das Papier, genau wie es unterzeichnet wird";
        to_print: "to print", "zum Drucken";
        as_text: "as text", "als Text";
        sign_label: "Your password, to sign this paper as number {n}, {role}", "Ihr Passwort, um dieses Papier als Nummer {n}, {role}, zu unterzeichnen";
        countersign: "Countersign", "Gegenzeichnen";
        no_key_yet: "You have no signing key yet: choose a signing password under", "Sie haben noch keinen Signaturschlüssel: Wählen Sie ein Signaturpasswort unter";
        cannot_sign: "You cannot sign: {why}.", "Sie können nicht unterzeichnen: {why}.";
        decide_as_signed: "Decide as signed", "Wie unterzeichnet entscheiden";
        decide_hint: "All signatures are there. Whoever closes the case has not worked on it.", "Alle Unterschriften sind da. Wer den Vorgang schließt, hat nicht an ihm gearbeitet.";
        send_back: "Send it back", "Zurückgeben";
        why: "Why", "Warum";
        decisions: "Decisions", "Entscheidungen";
        countersigned_by: "countersigned by {names}", "gegengezeichnet von {names}";
        paper: "paper", "Papier";
        letter: "Letter to the applicant", "Schreiben an den Antragsteller";

        law: "Law", "Recht";
        checked: "as of {day}, by {who}", "Stand {day}, von {who}";
        record: "record {n}", "Eintrag {n}";
        stale: "Something changed after this check; check again.", "Nach dieser Prüfung hat sich etwas geändert; prüfen Sie erneut.";
        missing_facts: "Missing facts", "Fehlende Tatsachen";
        fact: "Fact", "Tatsache";
        asked_by: "Asked by", "Gefragt von";
        would_lead: "What it would lead to", "Wozu sie führen würde";
        red_flags: "Red flags", "Warnzeichen";
        would_change: "What would change the answer", "Was die Antwort ändern würde";
        warnings: "Warnings", "Hinweise";
        not_checked: "Not checked against the law yet.", "Noch nicht am Recht geprüft.";
        case_file: "Case file", "Falldatei";
        no_case_file: "There is no case file. Without one the case cannot be checked.", "Es gibt keine Falldatei. Ohne sie kann der Vorgang nicht geprüft werden.";
        check_it: "Check against the law", "Am Recht prüfen";
        replace_facts: "Replace the case file", "Falldatei ersetzen";
        add_facts: "Add a case file", "Falldatei hinzufügen";
        case_file_yaml: "Case file (YAML)", "Falldatei (YAML)";
        keep_facts: "Keep the case file", "Falldatei übernehmen";
        regimes_silent: "{n} regimes that found nothing to say", "{n} Regelwerke ohne Befund";

        matches: "Possible matches", "Mögliche Treffer";
        no_matches: "No possible match was reported. Compare the parties with the lists before you rely on that.", "Es wurde kein möglicher Treffer gemeldet. Vergleichen Sie die Parteien mit den Listen, bevor Sie sich darauf verlassen.";
        compare: "Compare a name with the lists", "Einen Namen mit den Listen vergleichen";
        name: "Name", "Name";
        kind: "Kind", "Art";
        organisation: "Organisation", "Organisation";
        person: "Person", "Person";
        vessel: "Vessel", "Schiff";
        aircraft: "Aircraft", "Luftfahrzeug";
        countries: "Countries, two letters each, with commas", "Länder, je zwei Buchstaben, mit Kommas";
        born: "Born (year, month or day)", "Geboren (Jahr, Monat oder Tag)";
        do_compare: "Compare", "Vergleichen";

        documents: "Documents", "Dokumente";
        no_documents: "No document was added.", "Es wurde kein Dokument hinzugefügt.";
        from: "From", "Von";
        bytes: "Bytes", "Bytes";
        added: "Added", "Hinzugefügt";
        add_document: "Add a document", "Dokument hinzufügen";
        file: "File", "Datei";
        or_digest: "or, kept elsewhere, its SHA-256", "oder, anderswo aufbewahrt, sein SHA-256";
        name_of_file: "(empty: that of the file)", "(leer: der der Datei)";
        what_document: "What it is", "Was es ist";
        from_applicant: "the applicant", "dem Antragsteller";
        from_authority: "an authority", "einer Behörde";
        from_public: "published", "veröffentlicht";
        from_own: "written here", "hier verfasst";

        questions: "Questions to the applicant", "Fragen an den Antragsteller";
        no_questions: "Nothing was asked.", "Es wurde nichts gefragt.";
        answer_by: "To be answered by {day}", "Zu beantworten bis {day}";
        the_answer: "The answer to {id}", "Die Antwort auf {id}";
        keep_answer: "Keep the answer", "Antwort festhalten";
        ask_no_more: "Ask {id} no more", "{id} nicht mehr fragen";
        drop: "Ask no more", "Nicht mehr fragen";
        dropped: "asked no more: {why} ({who}, {time})", "wird nicht mehr gefragt: {why} ({who}, {time})";
        ask_something: "Ask something", "Etwas fragen";
        question: "Question", "Frage";
        ask: "Ask", "Fragen";

        propose_title: "Propose how it ends", "Vorschlagen, wie es endet";
        signed_by: "signed by: {roles}", "zu unterzeichnen von: {roles}";
        reasons: "Reasons", "Gründe";
        conditions_lines: "Conditions, one a line", "Auflagen, eine je Zeile";
        evidence: "Evidence", "Belege";
        paper_language: "Language of paper and letter", "Sprache von Papier und Brief";
        propose: "Propose", "Vorschlagen";
        propose_anew: "Propose something else: the signatures so far are void then", "Etwas anderes vorschlagen: Die bisherigen Unterschriften sind dann hinfällig";
        gate: "Gate", "Schranke";

        notes: "Notes", "Notizen";
        no_notes: "No note was written.", "Es wurde keine Notiz geschrieben.";
        note_label: "A note for colleagues; it is not part of the paper", "Eine Notiz für Kollegen; sie gehört nicht zum Papier";
        add_note: "Add the note", "Notiz hinzufügen";

        assignment: "Assignment", "Zuteilung";
        take: "Take the case", "Vorgang übernehmen";
        assign: "Assign", "Zuteilen";
        assign_to: "Give the case to", "Vorgang geben an";
        escalate_more: "Escalate: one more signature", "Vorlegen: eine Unterschrift mehr";
        escalate: "Escalate", "Vorlegen";
        withdraws: "The applicant withdraws", "Der Antragsteller zieht zurück";
        close_withdrawn: "Close as withdrawn", "Als zurückgezogen schließen";
        appeal_came: "An appeal came", "Ein Widerspruch ist eingegangen";
        who_appeals: "Who appeals", "Wer widerspricht";
        grounds: "On what grounds", "Mit welcher Begründung";
        when_came: "When it came", "Wann er einging";
        open_again: "Open the case again", "Vorgang wieder öffnen";
        timeline: "Timeline", "Verlauf";
        entry_n: "entry {n}", "Eintrag {n}";

        match_title: "Possible match", "Möglicher Treffer";
        said_to_be: "Said to be", "Angesehen als";
        agreed: "Agreed", "Zugestimmt";
        holds_until: "Holds until", "Gilt bis";
        on_condition: "On condition", "Unter der Bedingung";
        side_by_side: "Side by side", "Gegenübergestellt";
        the_party: "The party", "Die Partei";
        the_entry: "The entry", "Der Eintrag";
        other_names: "other names", "andere Namen";
        born_short: "born", "geboren";
        listing: "listing", "Listung";
        why_one: "Why they may be one", "Warum sie dieselbe sein können";
        in_party: "In the party", "Bei der Partei";
        in_entry: "In the entry", "Im Eintrag";
        how: "How", "Wie";
        likeness: "Likeness", "Ähnlichkeit";
        only_asked: "Only in the name asked: {words}", "Nur im gefragten Namen: {words}";
        only_listed: "Only in the name listed: {words}", "Nur im gelisteten Namen: {words}";
        agrees: "Agrees", "Stimmt überein";
        effect: "Effect", "Wirkung";
        yes_agrees: "agrees", "stimmt überein";
        differs: "differs", "weicht ab";
        all_json: "All of it as JSON", "Alles als JSON";
        second_person: "A second person", "Eine zweite Person";
        second_hint: "{name} decided this. You agree or you do not; nobody agrees with themselves.", "{name} hat so entschieden. Sie stimmen zu oder nicht; niemand stimmt sich selbst zu.";
        i_agree: "I agree", "Ich stimme zu";
        why_not: "Why not", "Warum nicht";
        not_agree: "I do not agree", "Ich stimme nicht zu";
        decide: "Decide", "Entscheiden";
        decide_two: "Another person looks at it after you.", "Nach Ihnen sieht es eine andere Person an.";
        until_or_again: "Holds until, or look again on", "Gilt bis, oder erneut ansehen am";
        condition_that: "On condition that", "Unter der Bedingung, dass";
        may_be_empty: "(may be empty)", "(darf leer bleiben)";
        same: "The same party", "Dieselbe Partei";
        not_same: "Another party", "Eine andere Partei";
        later: "Later", "Später";
        put_off: "Put off until {day}: {why}", "Aufgeschoben bis {day}: {why}";
        did_not_agree: "{name} did not agree: {why}", "{name} hat nicht zugestimmt: {why}";

        audit_lede: "Every entry of the journal, the newest first.", "Jeder Eintrag des Journals, die neuesten zuerst.";
        audit_case: "Every entry of the journal about {case}, the newest first.", "Jeder Eintrag des Journals zu {case}, die neuesten zuerst.";
        one_case: "One case alone", "Nur ein Vorgang";
        show: "Show", "Zeigen";
        take_along: "To take along", "Zum Mitnehmen";
        with_proofs: "everything with its proofs (ZIP)", "alles mit den Nachweisen (ZIP)";
        verify_offline: "An examiner verifies it offline with", "Ein Prüfer prüft es ohne Netz mit";
        when: "When", "Wann";
        what: "What", "Was";
        who: "Who", "Wer";
        record_sha: "SHA-256 of the record", "SHA-256 des Eintrags";
        older: "Older entries", "Ältere Einträge";
        no_entries: "The journal has no entry that fits.", "Das Journal hat keinen passenden Eintrag.";

        paper_title: "Decision paper", "Entscheidungspapier";
        bytes_signed: "These are the bytes that are signed.", "Das sind die Bytes, die unterzeichnet werden.";
        countersignatures: "Countersignatures", "Gegenzeichnungen";
        none_yet: "None yet.", "Noch keine.";
        no: "No.", "Nr.";
        role_as: "As", "Als";
        key: "Key", "Schlüssel";
        decided_at: "decided {time}", "entschieden {time}";
        not_decided: "not decided yet", "noch nicht entschieden";

        is_open: "open", "offen";
        is_signing: "to be countersigned", "gegenzuzeichnen";
        is_decided: "decided", "entschieden";
        is_withdrawn: "withdrawn", "zurückgezogen";
        wait_matches: "possible matches to decide", "Entscheidung über mögliche Treffer";
        wait_second: "a second person for a possible match", "eine zweite Person für einen möglichen Treffer";
        wait_answers: "answers of the applicant", "Antworten des Antragstellers";
        wait_check: "a check against the law", "eine Prüfung am Recht";
        wait_proposal: "a proposal", "einen Vorschlag";
        wait_signature: "a countersignature", "eine Gegenzeichnung";
        wait_decision: "to be decided as signed", "den Abschluss wie unterzeichnet";
        wait_nothing: "nothing", "nichts";
        mine_sign: "your countersignature is the next", "Ihre Gegenzeichnung ist die nächste";
        mine_assigned: "it is assigned to you", "er ist Ihnen zugeteilt";
        mine_look: "a colleague decided on a possible match; a second person must look", "über einen möglichen Treffer wurde entschieden; eine zweite Person muss hinsehen";
        match_undecided: "undecided", "offen";
        match_proposed: "waits for a second person", "wartet auf eine zweite Person";
        is_same: "the same party", "dieselbe Partei";
        is_other: "another party", "eine andere Partei";

        stage_open: "Opened", "Angelegt";
        stage_matches: "Matches decided", "Treffer entschieden";
        stage_check: "Checked", "Geprüft";
        stage_propose: "Proposed", "Vorgeschlagen";
        stage_sign: "Countersigned", "Gegengezeichnet";
        stage_decide: "Decided", "Entschieden";
        stages: "How far the case is", "Wie weit der Vorgang ist";
        stage_done: "done", "erledigt";
    }
}

texts! {
    /// What was done, in the timeline of a case.
    Steps, STEPS_EN, STEPS_DE {
        open: "opened the case", "hat den Vorgang angelegt";
        facts: "replaced the case file: {why}", "hat die Falldatei ersetzt: {why}";
        check: "checked against the law: {answer}", "hat am Recht geprüft: {answer}";
        possible_match: "possible match {id}: {name} / {entry}", "möglicher Treffer {id}: {name} / {entry}";
        propose_match: "{id} is {verdict}: {why}", "{id} ist {verdict}: {why}";
        confirm_match: "agreed on {id}", "hat {id} zugestimmt";
        return_match: "did not agree on {id}: {why}", "hat {id} nicht zugestimmt: {why}";
        later_match: "put {id} off until {day}: {why}", "hat {id} aufgeschoben bis {day}: {why}";
        assign: "gave the case to {name}", "hat den Vorgang {name} zugeteilt";
        assign_nobody: "gave the case to nobody", "hat die Zuteilung aufgehoben";
        note: "note: {text}", "Notiz: {text}";
        document: "added the document {name}", "hat das Dokument {name} hinzugefügt";
        ask: "asked {id}, until {day}: {text}", "hat {id} gefragt, bis {day}: {text}";
        answer: "wrote down the answer to {id}", "hat die Antwort auf {id} festgehalten";
        drop: "asks {id} no more: {why}", "fragt {id} nicht mehr: {why}";
        propose: "proposed: {outcome}", "hat vorgeschlagen: {outcome}";
        send_back: "sent it back: {why}", "hat es zurückgegeben: {why}";
        sign: "countersigned, number {n}", "hat als Nummer {n} gegengezeichnet";
        escalate: "escalated: {why}", "hat vorgelegt: {why}";
        decide: "decided as signed", "hat wie unterzeichnet entschieden";
        appeal: "appeal by {name}: open again", "Widerspruch von {name}: wieder offen";
        withdraw: "withdrawn: {why}", "zurückgezogen: {why}";
        enrol: "enrolled a key", "hat einen Schlüssel eingetragen";
        voided: "voided by a change: {what}", "durch eine Änderung hinfällig: {what}";
    }
}

texts! {
    /// Why a step is not taken.
    Refusals, REFUSALS_EN, REFUSALS_DE {
        no_case: "there is no case `{id}`", "es gibt keinen Vorgang `{id}`";
        case_there: "there is a case `{id}` already", "es gibt schon einen Vorgang `{id}`";
        state: "the case is {state}: {why}", "der Vorgang ist {state}: {why}";
        unknown: "the case has no {what} `{id}`", "der Vorgang hat {what} `{id}` nicht";
        text: "say {what} in 1 to {most} characters", "schreiben Sie {what} in 1 bis {most} Zeichen";
        match_decided: "`{id}` is not undecided; say what it is, or leave it", "`{id}` ist nicht offen; sagen Sie, was es ist, oder lassen Sie es";
        not_proposed: "nobody has said yet what `{id}` is", "noch hat niemand gesagt, was `{id}` ist";
        own_work: "{name} worked on this; another person must look at it", "{name} hat daran gearbeitet; eine andere Person muss es ansehen";
        twice: "{name} signed this already; every signature is another person's", "{name} hat schon unterzeichnet; jede Unterschrift ist die einer anderen Person";
        earlier_signer: "{name} countersigned the decision that is appealed against; other eyes must look at it", "{name} hat die angefochtene Entscheidung gegengezeichnet; andere Augen müssen sie ansehen";
        role: "the signature number {n} is that of a person with the role `{role}`", "die Unterschrift Nummer {n} ist die einer Person mit der Rolle `{role}`";
        place: "the next signature is number {next}, not {given}", "die nächste Unterschrift ist Nummer {next}, nicht {given}";
        paper: "the paper was changed since it was shown: look at the new one, then sign", "das Papier wurde geändert, seit es gezeigt wurde: Sehen Sie das neue an, dann unterzeichnen Sie";
        signature: "the signature does not hold: {why}", "die Unterschrift hält nicht: {why}";
        key: "the key `{key}` is not known as that of this person", "der Schlüssel `{key}` ist nicht als der dieser Person bekannt";
        outcome: "this outcome is not possible yet: {why}", "dieses Ergebnis ist noch nicht möglich: {why}";
        missing: "{missing} of {needed} signatures are missing", "{missing} von {needed} Unterschriften fehlen";
        policy: "the policy cannot be used: {why}", "die Regeln sind nicht brauchbar: {why}";
        form: "the entry has not its form: {why}", "der Eintrag hat nicht seine Form: {why}";
        no_check: "the case was not checked against the law", "der Vorgang wurde nicht am Recht geprüft";
        stale_check: "something changed since the last check; check again", "seit der letzten Prüfung hat sich etwas geändert; prüfen Sie erneut";
        answer: "the answer of the check is {answer}", "die Antwort der Prüfung ist {answer}";
        undecided: "{n} possible matches are undecided", "{n} mögliche Treffer sind offen";
        open_questions: "{n} questions to the applicant are open", "{n} Fragen an den Antragsteller sind offen";
        wrong_password: "the password is wrong; nothing was signed", "das Passwort ist falsch; nichts wurde unterzeichnet";
    }
}
