//! Words of the record pages and of the Verify button.

texts! {
    /// Words of the record pages and of the Verify button.
    Record, EN, DE {
        entry: "Entry {n}", "Eintrag {n}";
        signed_by: "Signed by", "Unterzeichnet von";
        on_roster: "on the roster as", "im Verzeichnis als";
        public_signer: "not on the roster; anyone may sign such a record", "nicht im Verzeichnis; einen solchen Eintrag darf jeder unterzeichnen";
        own_words: "calls themself", "nennt sich selbst";
        key: "Key", "Schlüssel";
        dated: "Dated by the signer", "Vom Unterzeichner datiert";
        logged: "Logged", "Protokolliert";
        about: "About", "Betrifft";
        digest: "Record", "Eintrag";
        documents: "Documents", "Dokumente";
        document: "Document", "Dokument";
        size: "Size", "Größe";
        bytes: "{n} bytes", "{n} Bytes";
        absent: "withheld or erased; its digest stays", "zurückgehalten oder gelöscht; die Prüfsumme bleibt";
        download: "Download", "Herunterladen";
        content: "What it says", "Was er sagt";
        follows: "What followed", "Was folgte";
        follows_none: "No later record refers to this one.", "Kein späterer Eintrag bezieht sich auf diesen.";
        refers: "Refers to", "Bezieht sich auf";
        not_sound: "This entry does not hold, and nothing rests on it: {why}", "Dieser Eintrag hält der Prüfung nicht stand, und nichts stützt sich auf ihn: {why}";
        gone: "The record itself is not here any more; the log keeps what it was filed under.", "Der Eintrag selbst ist nicht mehr hier; das Protokoll bewahrt, worunter er abgelegt war.";
        proof: "Proof", "Beweis";
        proof_note: "The log is a tree of hashes. With the hashes below anyone computes its root from this entry; the log signed that root.", "Das Protokoll ist ein Baum aus Prüfsummen. Mit den folgenden Prüfsummen errechnet jeder aus diesem Eintrag die Wurzel; das Protokoll hat sie signiert.";
        leaf: "The log entry", "Der Protokolleintrag";
        path: "Hashes from the entry to the root", "Prüfsummen vom Eintrag zur Wurzel";
        path_none: "The log has only this entry: its hash is the root.", "Das Protokoll hat nur diesen Eintrag: Seine Prüfsumme ist die Wurzel.";
        checkpoint: "The signed checkpoint", "Der signierte Kontrollpunkt";
        witnesses: "Witnesses", "Zeugen";
        witnesses_some: "Cosigned by {names}. That others see the same log rests on them being independent; this page does not check their signatures.", "Gegengezeichnet von {names}. Dass andere dasselbe Protokoll sehen, beruht darauf, dass sie unabhängig sind; diese Seite prüft ihre Signaturen nicht.";
        witnesses_none: "No witness has cosigned this checkpoint. That others see the same log is not shown.", "Kein Zeuge hat diesen Kontrollpunkt gegengezeichnet. Dass andere dasselbe Protokoll sehen, ist nicht gezeigt.";
        envelope: "The signed record (DSSE)", "Der signierte Eintrag (DSSE)";
        log_key: "Key of the log", "Schlüssel des Protokolls";
        bundle: "Bundle with everything (JSON)", "Bündel mit allem (JSON)";
        verify: "Verify in this browser", "In diesem Browser prüfen";
        verify_title: "Check it yourself", "Selbst prüfen";
        verify_note: "Your browser fetches the record with its proof and computes everything itself, with a short script that you can read. It trusts this site for one thing only: the key of the log. Compare that key with what the keeper of the register published elsewhere, or paste one that you trust.", "Ihr Browser holt den Eintrag mit seinem Beweis und rechnet alles selbst nach, mit einem kurzen Skript, das Sie lesen können. Er verlässt sich nur in einem auf diese Website: beim Schlüssel des Protokolls. Vergleichen Sie ihn mit dem, was der Betreiber des Registers anderswo veröffentlicht hat, oder fügen Sie einen ein, dem Sie trauen.";
        read_script: "Read the script", "Das Skript lesen";
        no_script: "Your browser runs no JavaScript here. Check the record with the program, on your own machine:", "Ihr Browser führt hier kein JavaScript aus. Prüfen Sie den Eintrag mit dem Programm, auf Ihrem eigenen Rechner:";
        by_program: "With the program, on your own machine, also offline:", "Mit dem Programm, auf Ihrem eigenen Rechner, auch ohne Netz:";
        by_hand: "How to do it by hand, without our code", "Wie es von Hand geht, ohne unseren Code";
        running: "Checking…", "Wird geprüft …";
        holds: "It holds.", "Er hält.";
        holds_not: "It does not hold.", "Er hält nicht.";
        incomplete: "Nothing wrong was found, but not everything could be checked.", "Es wurde nichts Falsches gefunden, aber nicht alles konnte geprüft werden.";
        could_not: "The check could not be made: {why}", "Die Prüfung war nicht möglich: {why}";
        step_fetch: "The record and its proof were fetched ({n} bytes).", "Der Eintrag und sein Beweis wurden geholt ({n} Bytes).";
        step_form: "The bundle has its form.", "Das Bündel hat seine Form.";
        bad_form: "The bundle has not its form: {why}", "Das Bündel hat nicht seine Form: {why}";
        step_key: "The key of the log fits its own name and checksum.", "Der Schlüssel des Protokolls passt zu seinem Namen und seiner Kennung.";
        bad_key: "The key of the log cannot be read: {why}", "Der Schlüssel des Protokolls ist nicht lesbar: {why}";
        other_key: "The bundle names another key of the log than the one above.", "Das Bündel nennt einen anderen Schlüssel des Protokolls als den obigen.";
        step_checkpoint: "The checkpoint of the log {origin} with {size} entries is signed by that key (Ed25519).", "Der Kontrollpunkt des Protokolls {origin} mit {size} Einträgen ist von diesem Schlüssel signiert (Ed25519).";
        bad_checkpoint: "The checkpoint is not signed by that key: it, its signature or the key was changed.", "Der Kontrollpunkt ist nicht von diesem Schlüssel signiert: Er, seine Signatur oder der Schlüssel wurde verändert.";
        step_inclusion: "The log entry stands at place {index} of that log: {n} hashes lead from it to the signed root (SHA-256).", "Der Protokolleintrag steht an Stelle {index} dieses Protokolls: {n} Prüfsummen führen von ihm zur signierten Wurzel (SHA-256).";
        bad_inclusion: "The log entry is not at its place: the hashes lead to another root than the signed one.", "Der Protokolleintrag steht nicht an seinem Platz: Die Prüfsummen führen zu einer anderen Wurzel als der signierten.";
        wrong_entry: "The bundle is of entry {found}, not of entry {wanted}.", "Das Bündel ist von Eintrag {found}, nicht von Eintrag {wanted}.";
        step_record: "The signed record is the one that the log entry names (SHA-256).", "Der signierte Eintrag ist der, den der Protokolleintrag nennt (SHA-256).";
        bad_record: "The signed record is not the one that the log entry names: one of them was changed.", "Der signierte Eintrag ist nicht der, den der Protokolleintrag nennt: Einer von beiden wurde verändert.";
        step_signature: "The record is signed by the key {key} (Ed25519), which the log entry names.", "Der Eintrag ist vom Schlüssel {key} signiert (Ed25519), den der Protokolleintrag nennt.";
        bad_signature: "The signature of the record is not by the key that the log entry names.", "Die Signatur des Eintrags ist nicht von dem Schlüssel, den der Protokolleintrag nennt.";
        step_documents: "{n} documents have the digests that the record names (SHA-256).", "{n} Dokumente haben die Prüfsummen, die der Eintrag nennt (SHA-256).";
        bad_document: "The document {name} has not the digest that the log entry names.", "Das Dokument {name} hat nicht die Prüfsumme, die der Protokolleintrag nennt.";
        extra_document: "The document {name} is named nowhere in the log entry.", "Das Dokument {name} wird im Protokolleintrag nirgends genannt.";
        step_absent: "{n} documents are withheld; only their digests are known.", "{n} Dokumente sind zurückgehalten; bekannt sind nur ihre Prüfsummen.";
        step_shown: "What this page shows of it is what was signed: kind, subjects, summary.", "Was diese Seite davon zeigt, ist, was unterzeichnet wurde: Art, Gegenstände, Zusammenfassung.";
        bad_shown: "What this page shows is not what was signed: {what}.", "Was diese Seite zeigt, ist nicht, was unterzeichnet wurde: {what}.";
        no_ed25519: "Not checked: this browser cannot check Ed25519 signatures. A newer one can, and so can the program.", "Nicht geprüft: Dieser Browser kann keine Ed25519-Signaturen prüfen. Ein neuerer kann es, und das Programm auch.";
        no_crypto: "this browser offers no WebCrypto here; it does over https and on the machine itself", "dieser Browser bietet hier kein WebCrypto; er bietet es über https und auf dem Rechner selbst";
        not_roster: "Not checked here: whether that key was on the rosters when it signed. The bundle has the entries that say so; the program checks them.", "Hier nicht geprüft: ob dieser Schlüssel im Verzeichnis stand, als er unterzeichnete. Das Bündel enthält die Einträge, die es sagen; das Programm prüft sie.";
        not_witnesses: "Not checked here: signatures of witnesses, and whether a later record withdrew this one.", "Hier nicht geprüft: Signaturen von Zeugen, und ob ein späterer Eintrag diesen zurücknahm.";
        not_truth: "What no check can show: that what was signed is true.", "Was keine Prüfung zeigen kann: dass wahr ist, was unterzeichnet wurde.";
        checked: "checked", "geprüft";
        failed: "failed", "fehlgeschlagen";
        not_checked: "not checked", "nicht geprüft";
    }
}

impl Record {
    /// The texts that the script of the Verify button says.
    pub fn of_script(&self) -> Vec<(&'static str, &'static str)> {
        vec![
            ("running", self.running),
            ("holds", self.holds),
            ("holds_not", self.holds_not),
            ("incomplete", self.incomplete),
            ("could_not", self.could_not),
            ("step_fetch", self.step_fetch),
            ("step_form", self.step_form),
            ("bad_form", self.bad_form),
            ("step_key", self.step_key),
            ("bad_key", self.bad_key),
            ("other_key", self.other_key),
            ("step_checkpoint", self.step_checkpoint),
            ("bad_checkpoint", self.bad_checkpoint),
            ("step_inclusion", self.step_inclusion),
            ("bad_inclusion", self.bad_inclusion),
            ("wrong_entry", self.wrong_entry),
            ("step_record", self.step_record),
            ("bad_record", self.bad_record),
            ("step_signature", self.step_signature),
            ("bad_signature", self.bad_signature),
            ("step_documents", self.step_documents),
            ("bad_document", self.bad_document),
            ("extra_document", self.extra_document),
            ("step_absent", self.step_absent),
            ("step_shown", self.step_shown),
            ("bad_shown", self.bad_shown),
            ("no_ed25519", self.no_ed25519),
            ("no_crypto", self.no_crypto),
            ("not_roster", self.not_roster),
            ("not_witnesses", self.not_witnesses),
            ("not_truth", self.not_truth),
            ("checked", self.checked),
            ("failed", self.failed),
            ("not_checked", self.not_checked),
        ]
    }
}
