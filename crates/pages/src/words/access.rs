//! Signing in, one's own account, the people of an installation.

texts! {
    /// Signing in, accounts, people.
    Access, EN, DE {
        sign_in: "Sign in", "Anmelden";
        user_name: "User name", "Benutzername";
        password: "Password", "Passwort";
        code: "One-time code or recovery code", "Einmalcode oder Wiederherstellungscode";
        code_hint: "if you use them", "falls Sie welche verwenden";
        not_set_up: "Nobody can sign in yet. The program printed a link when it was started: it makes you the first administrator, works once, for an hour, and only on this machine. Another start prints a new one.", "Noch kann sich niemand anmelden. Das Programm hat beim Start einen Link ausgegeben: Er macht Sie zur ersten Verwaltung und gilt einmal, eine Stunde lang, nur auf diesem Rechner. Ein neuer Start gibt einen neuen aus.";
        forgotten: "Password forgotten? An administrator makes you a new link.", "Passwort vergessen? Die Verwaltung erstellt Ihnen einen neuen Link.";
        with_passkey: "Sign in with a passkey", "Mit einem Passkey anmelden";
        with_provider: "Sign in with {name}", "Mit {name} anmelden";
        accept_with: "Accept with {name}", "Mit {name} annehmen";
        accept_why: "You then sign in there, and no password of this installation is needed.", "Sie melden sich dann dort an und brauchen kein Passwort dieser Installation.";
        or: "or", "oder";
        wrong: "User name, password or one-time code is wrong.", "Benutzername, Passwort oder Einmalcode ist falsch.";
        wait: "Too many attempts; wait until {time}.", "Zu viele Versuche; warten Sie bis {time}.";

        provider_refused: "The identity provider did not let you in: {why}", "Der Identitätsanbieter hat Sie nicht eingelassen: {why}";
        provider_not_begun: "this browser began no sign-in, or too long ago", "dieser Browser hat keine Anmeldung begonnen, oder zu lange vorher";

        welcome: "Welcome", "Willkommen";
        choose: "Choose your password", "Wählen Sie Ihr Passwort";
        set_up: "Set this installation up", "Diese Installation einrichten";
        sign_in_as: "You will sign in as {name}.", "Sie melden sich an als {name}.";
        become_first: "You become the first administrator. From then on everyone has to sign in.", "Sie werden die erste Verwalterin oder der erste Verwalter. Von da an müssen sich alle anmelden.";
        key_made: "A key with which you sign decisions is made for you and locked with this password: nobody can sign without it, and nobody can bring it back.", "Ein Schlüssel, mit dem Sie Entscheidungen unterzeichnen, wird für Sie erzeugt und mit diesem Passwort verschlossen: Ohne es kann niemand unterzeichnen, und niemand kann es wiederherstellen.";
        name_form: "a–z, 0–9, dot, hyphen", "a–z, 0–9, Punkt, Bindestrich";
        full_name: "Full name", "Voller Name";
        beside: "stands beside what you sign", "steht neben dem, was Sie unterzeichnen";
        at_least: "at least 12 characters", "mindestens 12 Zeichen";
        again: "The same again", "Noch einmal dasselbe";
        set_password: "Set the password", "Passwort setzen";
        differ: "The two passwords differ.", "Die beiden Passwörter sind verschieden.";

        your_account: "Your account", "Ihr Konto";
        signing_key: "Your signing key", "Ihr Signaturschlüssel";
        no_signing_key: "none yet: choose a signing password below", "noch keiner: Wählen Sie unten ein Signaturpasswort";
        known_by: "Signed in through", "Angemeldet über";
        password_now: "Password now", "Bisheriges Passwort";
        new_password: "New password", "Neues Passwort";
        new_again: "The new one again", "Das neue noch einmal";
        change_password: "Change the password", "Passwort ändern";
        sign_in_anew: "You sign in anew afterwards, everywhere.", "Danach melden Sie sich überall neu an.";

        signing_password: "Signing password", "Signaturpasswort";
        signing_password_why: "You sign in through your organisation. To sign decisions you need a key of your own, locked with a password that your organisation does not know.", "Sie melden sich über Ihre Organisation an. Um Entscheidungen zu unterzeichnen, brauchen Sie einen eigenen Schlüssel, verschlossen mit einem Passwort, das Ihre Organisation nicht kennt.";
        choose_it: "Choose the signing password", "Signaturpasswort wählen";
        has_signing_key: "you have a signing key already; change its password", "Sie haben schon einen Signaturschlüssel; ändern Sie dessen Passwort";

        codes: "One-time codes", "Einmalcodes";
        codes_on: "You are asked for a code at each sign-in.", "Sie werden bei jeder Anmeldung nach einem Code gefragt.";
        codes_off: "Ask for codes no more", "Nicht mehr nach Codes fragen";
        scan: "Scan this with an authenticator, or type the secret (30 seconds, 6 digits); then enter the code that it shows.", "Scannen Sie dies mit einer Authenticator-App, oder tippen Sie das Geheimnis ab (30 Sekunden, 6 Ziffern); geben Sie dann den Code ein, den sie zeigt.";
        qr_title: "QR code of the secret for an authenticator", "QR-Code des Geheimnisses für eine Authenticator-App";
        secret: "Secret", "Geheimnis";
        address: "As an address", "Als Adresse";
        code_shown: "Code that it shows", "Code, den sie zeigt";
        codes_from_now: "Ask for codes from now on", "Ab jetzt nach Codes fragen";
        recovery: "Recovery codes", "Wiederherstellungscodes";
        recovery_left: "{n} of 10 are left. Each replaces a one-time code once, with your password.", "{n} von 10 sind übrig. Jeder ersetzt einmal einen Einmalcode, zusammen mit Ihrem Passwort.";
        recovery_none: "You have none. If you lose the authenticator, only an administrator can let you in, and your signing key is lost.", "Sie haben keine. Geht Ihnen die Authenticator-App verloren, kann nur die Verwaltung Sie einlassen, und Ihr Signaturschlüssel ist verloren.";
        recovery_new: "Make new ones", "Neue erstellen";
        recovery_shown: "Your recovery codes. They are shown this once; print them, and keep them away from the authenticator:", "Ihre Wiederherstellungscodes. Sie werden nur dieses eine Mal gezeigt; drucken Sie sie, und verwahren Sie sie getrennt von der Authenticator-App:";

        passkeys: "Passkeys", "Passkeys";
        passkeys_lede: "A passkey signs you in without password and code. Signing a decision still asks for the password: it locks your signing key.", "Ein Passkey meldet Sie ohne Passwort und Code an. Das Unterzeichnen verlangt weiterhin das Passwort: Es verschließt Ihren Signaturschlüssel.";
        no_passkeys: "You have none.", "Sie haben keine.";
        passkey_name: "Name of the device", "Name des Geräts";
        add_passkey: "Add a passkey", "Passkey hinzufügen";
        remove: "Remove {name}", "{name} entfernen";
        passkey_failed: "The passkey was not taken. Try again, or use your password.", "Der Passkey wurde nicht angenommen. Versuchen Sie es erneut, oder verwenden Sie Ihr Passwort.";
        passkeys_need_script: "Passkeys need JavaScript. Everything else here works without.", "Passkeys brauchen JavaScript. Alles andere hier geht ohne.";
        since: "Since", "Seit";
        change: "Change", "Ändern";

        sessions: "Sessions", "Sitzungen";
        sessions_lede: "A session ends after 30 minutes without use, and after 12 hours in any case.", "Eine Sitzung endet nach 30 Minuten ohne Gebrauch, spätestens nach 12 Stunden.";
        this_session: "this one", "diese";
        begun: "Begun", "Begonnen";
        last_use: "Last use", "Zuletzt benutzt";
        everywhere: "Sign out everywhere", "Überall abmelden";

        api_keys: "API keys", "API-Schlüssel";
        keys_lede: "For programs, as {header}. A key can do nothing that you cannot, and never signs.", "Für Programme, als {header}. Ein Schlüssel kann nichts, was Sie nicht können, und unterzeichnet nie.";
        no_keys: "You have none.", "Sie haben keine.";
        key: "Key", "Schlüssel";
        purpose: "For", "Wofür";
        scopes: "Scopes", "Rechte";
        expires: "Expires", "Läuft ab";
        state: "State", "Stand";
        revoke: "Revoke {id}", "{id} widerrufen";
        void: "holds no more", "gilt nicht mehr";
        key_for: "What it is for", "Wofür er ist";
        may_be_used: "What it may be used for", "Wofür er verwendet werden darf";
        days: "For how many days (1 to 400)", "Für wie viele Tage (1 bis 400)";
        make_key: "Make a key", "Schlüssel erstellen";
        new_key: "Your new API key. It is shown this once; keep it now:", "Ihr neuer API-Schlüssel. Er wird nur dieses eine Mal gezeigt; verwahren Sie ihn jetzt:";

        people: "People", "Personen";
        name: "Name", "Name";
        roles: "Roles", "Rollen";
        keys: "Keys", "Schlüssel";
        disabled: "disabled", "gesperrt";
        not_used: "has not used the link", "hat den Link nicht benutzt";
        active: "active", "aktiv";
        with_codes: "with codes", "mit Codes";
        with_passkeys: "with passkeys", "mit Passkeys";
        through: "through {name}", "über {name}";
        from_provider: "The roles come from the identity provider at each sign-in.", "Die Rollen kommen bei jeder Anmeldung vom Identitätsanbieter.";
        set_roles: "Set the roles of {name}", "Rollen von {name} setzen";
        new_link: "New link for {name}", "Neuer Link für {name}";
        enable: "Enable {name}", "{name} entsperren";
        disable: "Disable {name}", "{name} sperren";
        link_for: "Give {name} this link by a way that others do not read. It works once, for three days, and is not shown again:", "Geben Sie {name} diesen Link auf einem Weg, den andere nicht lesen. Er gilt einmal, drei Tage lang, und wird nicht wieder gezeigt:";
        reset_warning: "A new link takes password, codes, passkeys, signing key and the tie to an identity provider away: the person gets a new key, and the journal shows since when.", "Ein neuer Link nimmt Passwort, Codes, Passkeys, Signaturschlüssel und die Verknüpfung mit einem Identitätsanbieter weg: Die Person bekommt einen neuen Schlüssel, und das Journal zeigt, seit wann.";
        add_person: "Add a person", "Person hinzufügen";
        add: "Add", "Hinzufügen";
    }
}

texts! {
    /// Why credentials, keys and changes of people are refused. The English is that of the errors themselves.
    Faults, FAULTS_EN, FAULTS_DE {
        name_taken: "there is a user `{name}` already", "es gibt schon jemanden mit dem Benutzernamen `{name}`";
        no_user: "there is no user `{name}`", "es gibt niemanden mit dem Benutzernamen `{name}`";
        last_administrator: "`{name}` is the last administrator; make another one first", "`{name}` ist die letzte Person mit der Rolle Verwaltung; geben Sie sie zuerst einer anderen";
        no_role: "a user needs at least one role", "jede Person braucht mindestens eine Rolle";
        full_name: "say the full name in 1 to 120 characters; it stands beside what the person signs", "schreiben Sie den vollen Namen in 1 bis 120 Zeichen; er steht neben dem, was die Person unterzeichnet";
        link: "this link is not valid: it was used, it is too old, or a newer one was made; ask for a new one", "dieser Link gilt nicht: Er wurde benutzt, ist zu alt, oder es gibt einen neueren; bitten Sie um einen neuen";
        short: "a password needs at least {n} characters", "ein Passwort braucht mindestens {n} Zeichen";
        long: "the password is too long", "das Passwort ist zu lang";
        of_name: "the password is made of the user name; choose one that nobody would try first", "das Passwort besteht aus dem Benutzernamen; wählen Sie eines, das niemand zuerst versuchen würde";
        repeated: "the password is one character or two, repeated; choose one that nobody would try first", "das Passwort wiederholt ein oder zwei Zeichen; wählen Sie eines, das niemand zuerst versuchen würde";
        wrong: "the password is wrong", "das Passwort ist falsch";
        damaged: "the credentials are damaged: what is sealed under the password cannot be opened", "die Zugangsdaten sind beschädigt: Was unter dem Passwort versiegelt ist, lässt sich nicht öffnen";
        no_scope: "a key needs at least one scope", "ein Schlüssel braucht mindestens ein Recht";
        purpose: "say in 1 to 200 characters what the key is for", "schreiben Sie in 1 bis 200 Zeichen, wofür der Schlüssel ist";
        expiry: "a key must expire within one to 400 days", "ein Schlüssel muss in einem bis 400 Tagen ablaufen";
        no_key: "there is no key `{id}`", "es gibt keinen Schlüssel `{id}`";
        disabled: "`{name}` is disabled here; an administrator can enable them", "`{name}` ist hier gesperrt; die Verwaltung kann entsperren";
        external: "`{name}` signs in through the identity provider, which gives the roles", "`{name}` meldet sich über den Identitätsanbieter an, der die Rollen gibt";
        not_invited: "nobody here is linked with this identity; an administrator can invite you", "niemand hier ist mit dieser Identität verknüpft; die Verwaltung kann Sie einladen";
        linked: "this identity belongs to `{name}` already", "diese Identität gehört schon `{name}`";
        passkey: "this passkey is not known here, or is somebody's already", "dieser Passkey ist hier nicht bekannt oder gehört schon jemandem";
        code_wrong: "the one-time code is wrong; is the clock of your device right?", "der Einmalcode ist falsch; geht die Uhr Ihres Geräts richtig?";
        code_used: "the one-time code was used already; wait for the next one", "der Einmalcode wurde schon benutzt; warten Sie auf den nächsten";
    }
}
