# What staff read. One idea a sentence, at most 18 words. A patient's name never stands in a title of a tab.

# The frame
staff-skip = Zum Inhalt springen
staff-areas = Wartezimmer
staff-room = Wartezimmer
staff-count-waiting = Wartezeit
staff-sign-out = Abmelden
staff-min = Min.
staff-done = Fertig
staff-change = Ändern
staff-copy = Kopieren
staff-try-now = Jetzt versuchen
staff-try-again = Noch einmal versuchen
staff-not-now = Jetzt nicht
staff-one-cookie = Wir setzen ein Cookie für das Team. Es endet, wenn Sie sich abmelden.
staff-announced = Was dieser Server aufbewahrt, ändert sich ab dem { $day }.
staff-announced-see = Alles, was er aufbewahrt
staff-announced-read = Ich habe es gelesen

# Before there is a waiting room
staff-wait = Das Wartezimmer öffnet sich
staff-wait-say = Wir verbinden Sie. Das dauert einen Moment.
staff-link-used = Dieser Link gilt nicht mehr.
staff-link-used-say = Jeder Link zum Anmelden gilt einmal und nur für kurze Zeit.
staff-new-link = So bekommen Sie einen neuen Link
staff-new-link-say = Fragen Sie, wer den Server betreut. Dort wird dieser Befehl eingegeben:
staff-new-link-once = Öffnen Sie den neuen Link auf diesem Gerät. Er gilt einmal.
staff-no-answer = Der Server antwortet nicht.
staff-no-answer-say = Ihr Link ist noch nicht verbraucht. Prüfen Sie Ihr Internet und versuchen Sie es noch einmal.
staff-replaced = Sie arbeiten jetzt in einem anderen Fenster.
staff-replaced-say = Nur ein Fenster zeigt Ihr Wartezimmer. Ein Gespräch geht dort weiter.
staff-use-here = Dieses Fenster benutzen
staff-outdated = Es gibt eine neue Fassung dieser Seite.
staff-outdated-say = Laden Sie die Seite neu. Alle behalten ihren Platz.
staff-garbled = Diese Seite versteht Ihren Server nicht.
staff-garbled-say = Laden Sie die Seite neu. Kommt das wieder, sagen Sie es der Person, die den Server betreibt.
staff-unsupported = Dieser Browser kann kein sicheres Gespräch führen.
staff-unsupported-say = Öffnen Sie diese Seite in einem aktuellen Chrome, Firefox oder Safari.
staff-reload = Seite neu laden

# Anmelden mit einem Passwort
staff-sign-in = Anmelden
staff-sign-in-other = Von vorn beginnen
staff-continue = Weiter
staff-login = Ihr Anmeldename
staff-password = Passwort
staff-password-show = Passwort zeigen
staff-no-password = Sie haben noch kein Passwort?
staff-new-password-title = Wählen Sie Ihr eigenes Passwort
staff-new-password-say = Das jetzige hat jemand anders gewählt. Das neue kennen nur Sie.
staff-new-password = Neues Passwort
staff-new-password-hint = Mindestens 8 Zeichen, besser 12 oder mehr. Mehrere Wörter hintereinander sind gut.
staff-code-title = Jetzt der Code aus Ihrer App
staff-code-say = Öffnen Sie die Authenticator-App auf Ihrem Telefon. Tippen Sie die sechs Ziffern, die sie für Anteroom zeigt.
staff-code = Code
staff-code-hint = Telefon verloren? Tippen Sie eines der Wörter, die Sie aufgeschrieben haben.
staff-factor-title = Ein zweites Schloss für Ihr Konto
staff-factor-say = Scannen Sie dieses Bild mit einer Authenticator-App auf Ihrem Telefon. Tippen Sie dann die sechs Ziffern, die die App zeigt.
staff-factor-qr = QR-Code für die Authenticator-App
staff-factor-by-hand = Oder tippen Sie dies in die App:
staff-recovery-title = Schreiben Sie diese Wörter auf
staff-recovery-say = Jedes davon gilt einmal statt des Codes, zum Beispiel wenn Ihr Telefon verloren ist. Sie sehen sie nur jetzt.
staff-recovery-done = Ich habe sie aufgeschrieben
staff-problem-wrong = Anmeldename oder Passwort ist falsch. Versuchen Sie es noch einmal.
staff-problem-code = Dieser Code ist falsch oder schon benutzt. Warten Sie auf den nächsten.
staff-problem-too-short = Dieses Passwort ist zu kurz.
staff-problem-too-long = Dieses Passwort ist zu lang.
staff-problem-common = Dieses Passwort ist leicht zu erraten. Wählen Sie ein anderes.
staff-problem-same = Das ist das alte Passwort. Wählen Sie ein neues.
staff-problem-busy = Der Server hat gerade viel zu tun. Versuchen Sie es gleich noch einmal.
staff-problem-blocked = { $count ->
    [one] Zu viele Versuche. Warten Sie { $count } Minute, dann versuchen Sie es wieder.
   *[other] Zu viele Versuche. Warten Sie { $count } Minuten, dann versuchen Sie es wieder.
}
staff-account = Ihr Konto
staff-account-short = Konto
staff-role-admin = Verwaltung
staff-role-provider = Behandelt
staff-role-assistant = Sieht die Warteliste
staff-account-password = Passwort ändern
staff-account-password-new = Passwort festlegen
staff-account-password-out = Ihre anderen Geräte werden dann abgemeldet.
staff-account-factor = Neues Telefon für die Codes
staff-account-factor-new = Codes vom Telefon hinzufügen
staff-account-export = Speichern, was über Sie aufbewahrt wird
staff-account-export-say = Eine Datei mit allem, was der Server über Ihr Konto aufbewahrt, für Sie oder für ein anderes Programm.
staff-passkeys = Passkeys
staff-passkey-sign-in = Mit einem Passkey anmelden
staff-passkey-add = Passkey hinzufügen
staff-passkey-say = Ein Passkey öffnet Ihr Konto mit Ihrem Finger, Ihrem Gesicht oder der PIN Ihres Geräts. Sie müssen sich nichts merken, und niemand kann Ihnen etwas entlocken.
staff-passkey-name = Ein Name dafür
staff-passkey-name-hint = Damit Sie ihn in der Liste wiedererkennen, zum Beispiel „Mein Telefon“.
staff-passkey-made = hinzugefügt: { $time }
staff-passkey-remove = Entfernen
staff-passkey-remove-title = Den Passkey „{ $name }“ entfernen?
staff-passkey-remove-say = Er öffnet Ihr Konto dann nicht mehr.
staff-problem-passkey = Dieser Passkey hat nicht funktioniert. Versuchen Sie es noch einmal, oder melden Sie sich anders an.
staff-problem-passkey-none = Es wurde kein Passkey benutzt. Wenn Sie noch keinen haben, melden Sie sich anders an und fügen Sie unter „Konto“ einen hinzu.
staff-problem-passkey-not-made = Es wurde kein Passkey angelegt. Sie können es jederzeit noch einmal versuchen.
staff-problem-passkey-unknown = Dieser Passkey ist hier nicht bekannt oder nicht mehr. Melden Sie sich anders an und fügen Sie unter „Konto“ einen neuen hinzu.
staff-problem-passkey-late = Das hat zu lange gedauert. Bitte versuchen Sie es noch einmal.
staff-problem-passkey-copied = Vielleicht hat jemand eine Kopie dieses Passkeys. Melden Sie sich anders an, entfernen Sie den Passkey unter „Konto“, und sagen Sie der Person Bescheid, die den Server betreibt.
staff-problem-passkey-address = Unter dieser Adresse funktionieren Passkeys nicht. Sie brauchen die eigene Adresse der Praxis mit einem Namen, zum Beispiel https://video.praxis.example.
staff-problem-passkey-full = Sie haben so viele Passkeys, wie ein Konto haben kann. Entfernen Sie zuerst einen.
staff-problem-passkey-known = Auf diesem Gerät gibt es schon einen Passkey für Ihr Konto.
staff-problem-passkey-stale = Es muss sicher sein, dass Sie es sind: Melden Sie sich ab und wieder an, und kommen Sie innerhalb von zehn Minuten hierher zurück.
staff-problem-passkey-unsupported = Dieser Browser oder dieses Gerät kann das nicht. Versuchen Sie es mit einem anderen.
staff-provider-sign-in = Mit { $name } anmelden
staff-provider-title = Mit { $name } anmelden
staff-provider-link = Mit { $name } verbinden
staff-provider-say = Sie melden sich jetzt einmal dort an. Danach können Sie sich hier auf dieselbe Weise anmelden. Von dem, was { $name } sagt, wird nur aufbewahrt, wer Sie dort sind.
staff-provider-linked = Sie können sich mit { $name } anmelden.
staff-provider-unlink = Verbindung beenden
staff-provider-unlink-title = Nicht mehr mit { $name } anmelden?
staff-provider-unlink-say = Achten Sie darauf, dass Sie sich noch auf andere Weise anmelden können.
staff-problem-provider-tell = Melden Sie sich anders an, und sagen Sie der Person Bescheid, die den Server betreibt.
staff-problem-provider = { $why ->
    [none] Diese Anmeldung wird hier nicht mehr angeboten.
    [denied] Sie wurden mit { $name } nicht angemeldet. Versuchen Sie es noch einmal, oder melden Sie sich anders an.
    [silent] { $name } antwortet gerade nicht. Versuchen Sie es gleich noch einmal, oder melden Sie sich anders an.
    [browser] Diese Anmeldung wurde in einem anderen Fenster begonnen oder vor zu langer Zeit. Bitte beginnen Sie hier noch einmal.
    [replayed] Diese Anmeldung wurde schon benutzt. Bitte beginnen Sie noch einmal.
    [stranger] Kein Konto hier ist mit Ihrer Anmeldung dort verbunden. Melden Sie sich zuerst anders an, und verbinden Sie dann beide unter „Konto“.
    [admin] Wer verwaltet, meldet sich mit einem Passkey oder mit Passwort und Code an. { $name } belegt hier noch keinen zweiten Faktor.
    [taken] Ihre Anmeldung dort ist hier schon mit einem anderen Konto verbunden.
    [unlisted] { $name } verweist auf eine Adresse, die nicht in der Liste dieses Servers steht.
    [refused] { $name } nimmt diesen Server nicht an.
    [malformed] Die Antwort von { $name } ist nicht vollständig.
    [algorithm] Die Antwort von { $name } ist auf eine Weise unterschrieben, die hier nicht angenommen wird.
    [signature] Die Antwort von { $name } ist nicht von { $name } unterschrieben.
    [issuer] Die Antwort kommt nicht von { $name }, sondern von jemand anderem.
    [audience] Die Antwort von { $name } ist für ein anderes Programm bestimmt.
    [time] Die Antwort von { $name } ist nicht mehr gültig. Vielleicht geht eine Uhr falsch.
    [nonce] Die Antwort von { $name } gehört zu einer anderen Frage.
    [manner] Sie haben sich mit { $name } nicht so angemeldet, wie es hier verlangt wird.
   *[garbled] Die Antwort von { $name } ist nicht zu verstehen.
}
staff-sessions = Wo Sie angemeldet sind
staff-session-own = dieses Gerät
staff-session-used = zuletzt benutzt: { $time }
staff-session-by-link = Mit einem Link geöffnet
staff-session-by-password = Mit Passwort geöffnet
staff-session-by-passkey = Mit einem Passkey geöffnet
staff-session-by-provider = Mit dem Anmeldedienst der Praxis geöffnet
staff-sessions-out = Überall abmelden
staff-to-sign-in = Mit einem Passwort anmelden

# First run
staff-steps = Schritte
staff-step-name = Ihr Name
staff-step-link = Ihr Link
staff-setup-title = Wen treffen Ihre Patienten hier?
staff-setup-name = Ihr Name
staff-setup-name-hint = So, wie Patienten Sie kennen, zum Beispiel Dr. Lena Hoffmann.
staff-setup-practice = Ihre Praxis
staff-setup-practice-hint = Zum Beispiel Praxis am Lindenhof.
staff-setup-phone = Telefonnummer für Hilfe
staff-setup-phone-hint = Sie steht auf jeder Seite. Patienten rufen an, wenn etwas nicht geht.
staff-setup-save = Speichern und Link zeigen
staff-link-title = Ihr Wartezimmer ist bereit.
staff-link-this = Das ist Ihr Link
staff-link-say = Geben Sie ihn allen Ihren Patienten. Er bleibt gleich.
staff-link-unknown = Ihr Link ist noch nicht geladen.
staff-link-phone = Am Telefon?
staff-link-phone-say = Nennen Sie diese Adresse:
staff-as-patient = Aus Sicht der Patienten ansehen
staff-open-room = Mein Wartezimmer öffnen

# The link
staff-aside = Mein Link und meine Geräte
staff-my-link = Mein Link
staff-copy-my-link = Meinen Link kopieren
staff-qr = QR-Code
staff-qr-alt = QR-Code Ihres Links
staff-sms = SMS
staff-mail = E-Mail
staff-own-device = Ihr eigenes Gerät sendet. Der Server erfährt keine Adresse.
staff-edit-area = Name oder Telefonnummer ändern
staff-invite = Patient einladen
staff-invite-say = Dieser Link bleibt immer gleich. Alle Ihre Patienten dürfen ihn haben.
staff-invite-instead = Stattdessen einen Link für einen Besuch machen
staff-invite-reads = Sprache des Patienten
staff-invite-at = Tag und Uhrzeit
staff-invite-at-hint = Wenn Sie möchten. Für einen Kalendereintrag nötig.
staff-invite-text = Text lesen
staff-invite-calendar = Kalendereintrag
staff-invite-copy = Link kopieren
staff-invite-copy-text = Text kopieren
staff-invite-qr-alt = QR-Code der Einladung
staff-invite-print = Drucken
staff-invite-agreed = Der Patient ist mit SMS einverstanden
staff-invite-agreed-hint = Fragen Sie vorher. Eine SMS kann unterwegs gelesen werden.
staff-invite-file = Videosprechstunde.ics

# The waiting room
staff-waiting = { $count ->
    [0] Niemand wartet
    [one] { $count } Person wartet
   *[other] { $count } Personen warten
}
staff-live = Verbunden. Die Liste ist aktuell.
staff-lost = Verbindung verloren. Wir versuchen es weiter.
staff-lost-since = Keine Verbindung seit { $time }. Die Liste kann alt sein. Alle behalten ihren Platz.
staff-strip-lost = Nicht verbunden
staff-draining = Der Server hört spätestens um { $time } auf. Gespräche laufen bis dahin. Niemand kann sich neu anmelden.
staff-held-banner = { $name } ist in der Warteschleife. Niemand sieht oder hört Sie.
staff-presence = Was Patienten sehen
staff-presence-open = Geöffnet
staff-presence-busy = Im Gespräch
staff-presence-away = Kurz weg
staff-presence-closed = Zu
staff-patients-read = Patienten lesen: „{ $text }“
staff-presence-title-away = Was lesen Patienten, während Sie kurz weg sind?
staff-presence-title-closed = Was lesen Patienten, während geschlossen ist?
staff-presence-words = Text für Patienten
staff-presence-default = Wenn das Feld leer bleibt, lesen Patienten: „{ $text }“
staff-presence-save = So anzeigen
staff-closed-say = Niemand kann sich neu anmelden. Wer wartet, bleibt da.
staff-text-away = Die Ärztin oder der Arzt ist kurz weg.
staff-text-closed = Das Wartezimmer ist jetzt geschlossen.
staff-empty-open = Ihre Tür ist offen.
staff-empty-say = Schicken Sie Ihren Link. Kommt jemand, läutet es, und der Name steht hier.
staff-empty-closed = Ihre Tür ist zu.
staff-empty-closed-say = Niemand kann sich anmelden. Wählen Sie „Geöffnet“, wenn Sie so weit sind.
staff-section-in-call = Im Gespräch, { $count }
staff-section-held = In der Warteschleife, { $count }
staff-section-line = Im Wartezimmer, { $count }
staff-start = Beginnen
staff-assistant-say = Sie sehen, wer wartet, und können Notizen schreiben. Kolleginnen und Kollegen beginnen die Gespräche.
staff-start-with = Mit { $name } beginnen
staff-cancel-call = Abbrechen
staff-to-call = Zum Gespräch
staff-resume = Fortsetzen
staff-hold = Halten
staff-more = Mehr für { $name }
staff-hand-over = An Kollegin oder Kollegen übergeben
staff-remove = Aus der Reihe nehmen
staff-waited = { $count ->
    [0] Wartet seit weniger als 1 Minute
    [one] Wartet seit { $count } Minute
   *[other] Wartet seit { $count } Minuten
}

# The worst fact about one visit
staff-fact-setting-up = Richtet sich ein
staff-tell-turn = Bescheid geben
staff-told-turn = Hat Bescheid: ist an der Reihe
staff-fact-place-kept = Platz frei gehalten bis { $time }
staff-fact-lost = Verbindung verloren
staff-fact-called = Aufgerufen, { $seconds } s
staff-fact-minute = Braucht noch einen Moment
staff-fact-with-other = Bei { $clinician }
staff-fact-in-call = Im Gespräch mit Ihnen
staff-fact-held = In der Warteschleife
staff-fact-mic-blocked = Mikrofon gesperrt
staff-fact-no-mic = Kein Mikrofon
staff-fact-mic-silent = Kein Ton vom Mikrofon
staff-fact-cam-blocked = Kamera gesperrt
staff-fact-no-camera = Keine Kamera
staff-fact-ready = Bereit
staff-fact-works = Kamera und Ton gehen
staff-fact-tested = Kamera, Mikrofon und Verbindung geprüft
staff-fact-hears-nothing = Hört keinen Ton
staff-network-unknown = Verbindung nicht geprüft
staff-network-good = Verbindung geprüft
staff-network-tcp = Verbindung geht über einen Umweg (TCP)
staff-network-lossy = Verbindung schwach: { $loss } % Verlust
staff-network-slow = Verbindung langsam: { $delay } ms
staff-network-narrow = Verbindung schwach: { $rate } kbit/s
staff-network-blocked = Weder Ton noch Bild kommt durch
staff-fact-gone = Ist gegangen
staff-camera-works = Kamera geht
staff-camera-unknown = Kamera nicht geprüft
staff-sound-works = Ton geht
staff-sound-unknown = Ton nicht geprüft

# News, one line
staff-news-arrived = { $name } ist im Wartezimmer.
staff-news-left = { $name } hat das Wartezimmer verlassen.
staff-news-lost = { $name } hat keine Verbindung. Der Platz bleibt.
staff-news-back = { $name } ist wieder da.
staff-news-minute = { $name } braucht noch einen Moment.
staff-news-offline = Keine Verbindung. Versuchen Sie es noch einmal, wenn die Liste aktuell ist.
staff-news-saved = Gespeichert.
staff-news-not-copied = Dieser Browser kopiert nicht. Markieren Sie den Text und kopieren Sie ihn selbst.
staff-news-copied = Kopiert.
staff-refused = Das ging nicht. Versuchen Sie es noch einmal.
staff-refused-late = Das kam zu spät. Die Liste zeigt den Stand von jetzt.
staff-refused-not-allowed = Das dürfen Sie nicht.
staff-refused-area = Dieses Wartezimmer nimmt jetzt niemanden auf.
staff-refused-room-full = In diesem Gespräch sind schon neun Personen. Für mehr ist kein Platz.
staff-refused-too-many = Das war zu schnell. Warten Sie kurz und versuchen Sie es noch einmal.
staff-refused-draining = Der Server hört bald auf. Neues kann nicht beginnen.
staff-refused-text = Der Text ist zu lang oder leer. Ändern Sie ihn und versuchen Sie es noch einmal.

# The bell and the own devices
staff-arrives = Wenn jemand kommt
staff-bell = Klingel
staff-bell-hint = Im Gespräch bleibt sie still
staff-bell-locked = Der Browser hält die Klingel still, bis Sie auf dieser Seite etwas drücken.
staff-test-bell = Klingel testen
staff-own-devices = Ihre Kamera und Ihr Ton
staff-own-devices-new = Prüfen Sie beides vor dem ersten Gespräch.
staff-own-devices-work = Beides geht. Beides ist aus, bis Sie beginnen.
staff-own-devices-look = Etwas fehlt. Sehen Sie vor dem Beginn nach.
staff-own-computer = Kamera, Ton und Internet
staff-check-devices = Diesen Computer prüfen
staff-device-works = Geht
staff-device-asking = Erlauben Sie es, wenn der Browser fragt. Sagen Sie dann etwas.
staff-device-denied = Der Browser sperrt es.
staff-device-absent = Wir finden keines.
staff-device-busy = Ein anderes Programm benutzt es. Schließen Sie es.
staff-device-silent = Wir hören nichts. Ist es verdeckt oder ausgeschaltet?
staff-own-network-running = Wir prüfen das Internet dieses Computers
staff-own-network-running-say = Das dauert bis zu einer halben Minute.
staff-own-network-good = Das Internet reicht für Videosprechstunden
staff-own-network-tcp = Das Internet geht über einen Umweg (TCP)
staff-own-network-tcp-say = Dieses Netz sperrt den direkten Weg (UDP). Gespräche gehen, kommen aber vielleicht später an. Bitten Sie Ihre Technik, UDP zu diesem Server zu erlauben.
staff-own-network-lossy = Das Internet verliert Teile des Gesprächs
staff-own-network-lossy-say = Wörter können abreißen. Nehmen Sie ein Kabel, oder gehen Sie näher an Ihr WLAN.
staff-own-network-slow = Das Internet antwortet langsam
staff-own-network-slow-say = Sie fallen einander vielleicht ins Wort. Nehmen Sie ein Kabel, und beenden Sie andere Videos und Downloads.
staff-own-network-narrow = Das Internet ist zu schwach für eine Praxis
staff-own-network-narrow-say = Eine Praxis braucht { $needed } kbit/s in beiden Richtungen. Bilder sind vielleicht unscharf. Nehmen Sie ein Kabel, und beenden Sie andere Videos und Downloads.
staff-own-network-blocked = Kein Ton und kein Bild kommt durch
staff-own-network-blocked-say = Dieses Netz lässt keine Gespräche durch. Bitten Sie Ihre Technik, UDP und TCP zu diesem Server zu erlauben.
staff-own-network-failed = Wir konnten das Internet jetzt nicht prüfen
staff-own-network-failed-say = Gespräche gehen vielleicht trotzdem. Prüfen Sie in einer Minute noch einmal.
staff-network-carries = Gemessen: { $rate } kbit/s in beiden Richtungen, { $loss } % Verlust, { $delay } ms hin und zurück.
staff-network-carries-more = Gemessen: mehr als { $needed } kbit/s in beiden Richtungen, { $loss } % Verlust, { $delay } ms hin und zurück.
staff-level-none = Pegel: leise
staff-level-good = Pegel: gut
staff-blocked-help = Drücken Sie das Zeichen neben der Adresse. Erlauben Sie Kamera und Mikrofon. Versuchen Sie es dann noch einmal.

# May I start?
staff-confirm = Mit { $name } beginnen?
staff-patients-devices = Geräte der Patientin oder des Patienten
staff-confirm-unfinished = Die Prüfung von Kamera und Ton ist nicht fertig. Sie können trotzdem beginnen.
staff-confirm-lost = Gerade besteht keine Verbindung. Der Aufruf wartet so lange.
staff-my-camera = Meine Kamera ist an
staff-enter-starts = beginnt,
staff-esc-back = geht zurück
staff-confirm-gone = Das geht jetzt nicht.
staff-confirm-gone-say = Der Platz ist leer, oder jemand aus dem Team war schneller.
staff-remove-title = { $name } aus der Reihe nehmen?
staff-remove-say = Der Platz geht verloren. Eine neue Anmeldung ist möglich.
staff-remove-reason = Grund für die Patientin oder den Patienten
staff-remove-hint = Das Feld kann leer bleiben.
staff-hand-over-title = Wer übernimmt { $name }?
staff-hand-over-say = Der Platz bleibt. Eine neue Anmeldung ist nicht nötig.

# The call
staff-call-with = Gespräch mit { $name }
staff-in-call-title = Im Gespräch
staff-silent = Still
staff-tools = Mehr
staff-end = Beenden
staff-full-screen = Ganzer Bildschirm
staff-keys = Tasten
staff-to-room = Zum Wartezimmer
staff-note-held = { $name } ist in der Warteschleife. Sie sehen und hören einander nicht.
staff-note-connecting = Ihre Kamera und Ihr Ton verbinden sich.
staff-veil-say = Lassen Sie diese Seite offen. { $name } sieht, dass die Verbindung fehlt.
staff-note-other-connecting = { $name } kommt gerade herein.
staff-note-other-lost = { $name } hat keine Verbindung. Der Platz bleibt.
staff-note-sound-blocked = Der Browser hält den Ton zurück.
staff-sound-on = Ton einschalten
staff-note-no-mic = { $name } hört Sie nicht. Ihr Mikrofon fehlt oder ist gesperrt.
staff-chat-gone = Nur in diesem Fenster. Es ist weg, wenn Sie es schließen.
staff-save-chat = Speichern
staff-chat-file = Chat.txt

# Several in a call
staff-people = Personen in diesem Gespräch
staff-person-waits = wartet
staff-add = Dazuholen
staff-let-in = Hereinlassen
staff-let-go = Verabschieden
staff-join = Dazukommen
staff-leave = Verlassen
staff-not-let-in = Dieses Fenster hat { $name } nicht hereingelassen. Sie sehen und hören einander nicht.
staff-guest-invite = Jemanden einladen
staff-guest-title = Jemanden zu { $name } einladen
staff-guest-say = Schicken Sie diesen Link an eine Person, zum Beispiel für das Dolmetschen oder aus der Familie. Er gilt einmal und nur während dieses Besuchs. Wer ihn öffnet, wartet hier, bis Sie die Person hereinlassen.
staff-guest-none = Dieser Computer hat noch keinen Link für Patienten. Er muss erst angenommen werden.
staff-guest-of = Gast von { $name }
staff-guest-waits = { $name } ist eingeladen und wartet.

# Devices of the practice
staff-devices = Geräte in diesem Gespräch
staff-device-add = Gerät hinzufügen
staff-device-say = Ein Gerät der Praxis kommt mit eigenem Bild dazu: ein Ultraschall, eine Kamera oder ein Programm wie OBS.
staff-device-name = Was ist es?
staff-device-hint = Diesen Namen sehen Sie beide, zum Beispiel: Ultraschall.
staff-device-ready = Das Gerät kann jetzt dazukommen
staff-device-enter = Tragen Sie Adresse und Token im Gerät ein. In OBS: Einstellungen, Stream, Dienst WHIP.
staff-device-publish = Adresse zum Senden
staff-device-token = Token
staff-device-play = Adresse nur zum Ansehen
staff-device-once = Sie sehen das Token nur jetzt. Es gilt, bis das Gespräch zu Ende ist.
staff-device-in-use = ist verbunden
staff-device-waits = ist noch nicht verbunden
staff-device-remove = Entfernen

# The end
staff-end-title = Wie geht es weiter mit { $name }?
staff-end-visit = Gespräch beenden
staff-end-visit-say = Eine Rückkehr ist für kurze Zeit möglich.
staff-end-hold = Zurück ins Wartezimmer
staff-end-hold-say = Der Platz bleibt. Sie sehen und hören einander nicht.
staff-end-stay = Im Gespräch bleiben
staff-ended = Gespräch beendet
staff-ended-lasted = { $count ->
    [0] Gespräch beendet, weniger als 1 Minute
    [one] Gespräch beendet, { $count } Minute
   *[other] Gespräch beendet, { $count } Minuten
}
staff-ended-patient-left = { $name } hat das Gespräch verlassen.
staff-ended-lost = Die Verbindung zu { $name } war zu lange weg.
staff-ended-stopped = Der Server hat aufgehört.
staff-next = Als Nächstes: { $name }
staff-kept = Was der Server behält
staff-kept-say = Nichts von dem, was gesagt, gezeigt oder geschrieben wurde. Der Name ist gelöscht.
staff-return = Aus Versehen beendet?
staff-return-say = { $name } kann für kurze Zeit zurückkommen und behält den Platz.

# Keys
staff-keys-on = Einzelne Buchstaben sind Befehle
staff-key-n = <strong>N</strong> nächste Person
staff-key-arrows = <strong>↑ ↓</strong> in der Liste bewegen
staff-key-m = <strong>M</strong> Ton aus oder an
staff-key-v = <strong>V</strong> Kamera
staff-key-c = <strong>C</strong> Chat
staff-key-h = <strong>H</strong> halten oder fortsetzen
staff-key-e = <strong>E</strong> wie geht es weiter
staff-key-help = <strong>?</strong> diese Liste

# Files.
staff-files-agreed = { $name } ist mit Dateien in diesem Gespräch einverstanden.
staff-files-declined = { $name } möchte in diesem Gespräch keine Dateien.

# A photo that staff ask for
staff-show-ask = Um den Bildschirm bitten
staff-show-asked = { $name } wurde gebeten, den Bildschirm zu zeigen.
staff-show-declined = { $name } möchte den Bildschirm nicht zeigen.
staff-show-shown = { $name } zeigt jetzt den Bildschirm.
staff-show-impossible = Das Gerät von { $name } kann seinen Bildschirm nicht zeigen.
staff-show-failed = { $name } konnte nicht gefragt werden. Bitte versuchen Sie es noch einmal.
staff-photo-ask = Um ein Foto bitten
staff-photo-asked = { $name } wurde um ein Foto gebeten.
staff-photo-looking = { $name } nimmt ein Foto auf.
staff-photo-declined = { $name } möchte kein Foto senden.
staff-photo-allowed = { $name } erlaubt jetzt Fotos. Sie können noch einmal fragen.
staff-photo-sent = { $name } hat ein Foto gesendet. Es ist im Chat.
staff-photo-failed = Bei { $name } hat das Foto nicht geklappt.
staff-screen-agreed = { $name } ist damit einverstanden, den Bildschirm zu zeigen.
staff-screen-declined = { $name } möchte den Bildschirm nicht zeigen.

# The consent form
staff-form = Einwilligung
staff-form-template = Vorlage in der Sprache der Patientin oder des Patienten zeigen
staff-form-own = Eigenes Formular zeigen (PDF oder Text)
staff-form-limit = Ein PDF darf { $size } und { $pages } Seiten haben, ein Text { $chars } Zeichen.
staff-form-show = Text zeigen
staff-form-sending = Das Formular ist auf dem Weg zu { $name }.
staff-form-asked = { $name } liest das Formular.
staff-form-lost = Die Seite von { $name } wurde neu geladen und zeigt das Formular nicht mehr.
staff-form-again = Formular noch einmal zeigen
staff-form-declined = { $name } möchte nicht unterschreiben.
staff-form-unread = Das Formular lässt sich bei { $name } nicht zeigen. Drucken Sie es in ein neues PDF, oder nehmen Sie einen Text.
staff-form-signed = { $name } hat unterschrieben. Bitte speichern: Der Server hat keine Kopie.
staff-form-failed = Das Formular kam nicht an. Bitte noch einmal zeigen.
staff-form-save = Unterschriebenes Formular speichern
staff-form-unsaved = Es ist noch nicht gespeichert.
staff-form-done = Fertig
staff-form-title = Einwilligung in eine Videosprechstunde
staff-form-file = Einwilligung
staff-form-not-no_text = Diese Datei ist weder PDF noch Text, oder der Text ist zu lang.
staff-form-not-too_large = Diese Datei ist zu groß.
staff-form-not-no_pdf = Diese Datei heißt wie ein PDF, ist aber keines.
staff-form-not-locked = Dieses PDF ist mit einem Passwort gesperrt. Speichern Sie es ohne Passwort.
staff-form-not-broken = Dieses PDF ist beschädigt. Drucken Sie es in ein neues PDF, und wählen Sie das.
staff-form-not-active = Dieses PDF kann von selbst etwas tun. Drucken Sie es in ein neues PDF, und wählen Sie das.
staff-form-not-hidden = In diesem PDF stecken weitere Dateien. Drucken Sie es in ein neues PDF, und wählen Sie das.
staff-form-not-pictures = Die Seite kann die Bilder in diesem PDF nicht zeigen. Drucken Sie es in ein neues PDF, und wählen Sie das.
staff-form-not-pages = Dieses PDF hat zu viele Seiten.

# Keys of the practice
staff-link-code = Kommt ein Link unvollständig an, geben Patienten diesen Code ein:
staff-link-later = Sie sehen den Link, sobald dieser Computer aufgenommen ist.
staff-name-unread = Name ist auf diesem Computer nicht lesbar
staff-name-unread-say = Ein anderer Computer der Praxis kann ihn vielleicht lesen. Oder bitten Sie den Patienten, sich neu anzumelden.
staff-name-old = An einem anderen Tag geschrieben
staff-stranger = Dieser Computer kann noch keine Namen lesen.
staff-stranger-say = Jemand an einem Computer der Praxis nimmt ihn dort auf. Vergleichen Sie vorher diesen Code miteinander:
staff-stranger-compare = Nebeneinander oder am Telefon.
staff-keys-lost = Es gibt keinen anderen Computer mehr
staff-wrong-keys = Der Server zeigt andere Schlüssel, als dieser Computer kennt.
staff-wrong-keys-say = Beginnen Sie kein Gespräch. Hat Ihre Praxis neue Schlüssel gemacht? Dann vergleichen Sie neu. Wenn nicht, fragen Sie, wer den Server betreibt.
staff-compare-anew = Wir haben neue Schlüssel, neu vergleichen
staff-offer = Ein anderer Computer will dazukommen:
staff-offer-compare = Zeigt er denselben Code?
staff-offer-same = Er ist gleich
staff-offer-else = Wenn nicht, oder wenn Sie niemand gefragt hat, tun Sie nichts.
staff-offer-gone = Er fragt nicht mehr
staff-accept = Wofür ist dieser Computer?
staff-accept-name = Wer arbeitet daran?
staff-accept-hint = Patienten sehen diesen Namen im Gespräch.
staff-accept-part = Was darf er?
staff-accept-do = Aufnehmen
staff-part-assistant = Assistenz
staff-part-assistant-say = liest Namen, führt keine Gespräche
staff-part-clinician = Arzt oder Ärztin
staff-part-clinician-say = liest Namen und führt Gespräche
staff-part-holder = Schlüsselverwahrung
staff-part-holder-say = nimmt auch Computer auf und entfernt sie
staff-browsers = Computer der Praxis
staff-browsers-count = { $count ->
    [one] { $count } Computer liest die Namen.
   *[other] { $count } Computer lesen die Namen.
}
staff-browsers-show = Computer zeigen
staff-browsers-say = Nur diese können die Namen der Patienten lesen. Der Server kann es nicht.
staff-browsers-add = Um einen hinzuzufügen, melden Sie sich mit ihm an. Er zeigt einen Code, den Sie hier vergleichen.
staff-browser-own = dieser Computer
staff-browser-unnamed = Ohne Namen
staff-revoke = { $name } entfernen?
staff-revoke-say = Ab jetzt liest er keine neuen Namen und führt keine Gespräche. Ihr Link bleibt gleich.
staff-paper = Ein Blatt für den Tresor
staff-paper-hint = Bewahren Sie Ihren Schlüssel auf.
staff-paper-hint-say = Wenn dieser Computer kaputtgeht, brauchen Sie ihn, um Ihren Link zu behalten.
staff-paper-show = Blatt zeigen
staff-paper-later = Jetzt nicht
staff-paper-what = Das ist der Schlüssel Ihres Wartezimmers:
staff-paper-how = Wenn alle Computer verloren sind: Melden Sie sich mit einem neuen an, wählen Sie „Es gibt keinen anderen Computer mehr“ und geben Sie ihn ein.
staff-paper-code = Code Ihres Links: { $code }
staff-paper-safe = Wer dieses Blatt hat, kann sich als Ihre Praxis ausgeben. Schließen Sie es weg.
staff-paper-print = Drucken
staff-restore = Den Schlüssel vom Blatt eingeben
staff-restore-hint = 52 Buchstaben und Zahlen. Ihr Link bleibt gleich. Alle anderen Computer müssen neu aufgenommen werden.
staff-restore-wrong = Das ist nicht der Schlüssel dieses Wartezimmers. Prüfen Sie jeden Buchstaben.
staff-restore-do = Diesen Schlüssel verwenden
staff-anew = Wir haben auch kein Blatt
staff-anew-say = Sie können neue Schlüssel machen. Dann halten alte Links die Patienten an, und Sie müssen allen einen neuen Link senden.
staff-anew-do = Neue Schlüssel machen
staff-words = Wörter vergleichen
staff-words-say = Um einander sicher zu sein, lesen Sie vier Wörter vor.
staff-policy = Wie Gespräche geschützt sind
staff-policy-require = Verschlüsselt.
staff-policy-require-say = Empfohlen. Jeder Link funktioniert.
staff-policy-insist = Verschlüsselt, und nur mit ganzem Link oder Code.
staff-policy-insist-say = Am sichersten. Patienten mit altem Link müssen den Code eingeben.
staff-policy-prefer = Verschlüsselt, aber Geräte sind erlaubt.
staff-policy-prefer-say = Für Ultraschall oder eine zweite Kamera. Der Server kann sehen, was so ein Gerät sendet.
staff-prefer-title = Geräte erlauben, die nicht verschlüsseln?
staff-prefer-server = Der Server, und wer ihn betreibt, kann sehen und hören, was so ein Gerät sendet.
staff-prefer-people = Was Menschen sagen und zeigen, bleibt verschlüsselt.
staff-prefer-lock = Solange ein Gerät im Gespräch ist, ist das Schloss für alle offen. Patienten ohne ganzen Link sehen das Gerät nicht.
staff-prefer-allow = Geräte erlauben
staff-device-none-holder = Geräte sind hier nicht erlaubt, weil sie nicht verschlüsseln. Sie können das ändern.
staff-device-none = Geräte sind hier nicht erlaubt, weil sie nicht verschlüsseln. Wer den Schlüssel der Praxis hat, kann das ändern.

# A note for colleagues on a card
staff-memo-write = Notiz schreiben
staff-memo-change = Notiz ändern
staff-memo-title = Notiz zu { $name }
staff-memo-label = Notiz für Ihr Team
staff-memo-hint = Höchstens { $chars } Zeichen.
staff-memo-say = Alle, die in diesem Wartezimmer arbeiten, können sie lesen und sehen, von wem sie ist. { $name } und der Server können es nicht. Sie ist weg, wenn der Besuch vorbei ist.
staff-memo-save = Notiz speichern
staff-memo-delete = Notiz löschen
staff-memo-unread = Hier ist eine Notiz, die dieser Browser nicht lesen kann.
staff-memo-by = { $name }, { $time }
staff-memo-stays = Ihre Notiz geht nicht mit. Sie wird gelöscht.
staff-memo-not-written = Die Notiz ließ sich nicht schreiben. Laden Sie die Seite neu.

# Wer hereinkommt, und wann
staff-rules = Wer hereinkommt
staff-rules-change = Öffnungszeiten und Anmeldung
staff-rules-save = Speichern
staff-rules-back = Zurück zum Wartezimmer
staff-rules-no-hours = Keine Öffnungszeiten.
staff-rules-hours = Öffnet und schließt nach Ihren Zeiten.
staff-rules-anyone = Alle mit Ihrem Link können sich anmelden.
staff-rules-passcode = Patienten brauchen das Kennwort:
staff-rules-invited = Patienten brauchen einen Link für einen Termin.
staff-hours = Öffnungszeiten
staff-hours-on = Nach diesen Zeiten öffnen und schließen
staff-hours-on-hint = Wer schon wartet, bleibt nach dem Schließen in der Reihe.
staff-hours-from = { $day }, { $which }. Zeit, von
staff-hours-to = { $day }, { $which }. Zeit, bis
staff-hours-until = bis
staff-hours-empty = Lassen Sie beide Zeiten leer, wenn geschlossen ist. 0:00 als Ende heißt Mitternacht.
staff-hours-zone = Zeitzone
staff-hours-text = Text für Patienten, wenn geschlossen ist
staff-hours-text-hint = Zum Beispiel, wen man im Notfall anruft. Patienten sehen auch, wann Sie wieder öffnen.
staff-out-of-hours = Nach Ihren Öffnungszeiten geschlossen.
staff-out-of-hours-until = Nach Ihren Öffnungszeiten geschlossen bis { $day }, { $time }.
staff-entry = Anmeldung
staff-entry-anyone = Alle mit Ihrem Link
staff-entry-anyone-say = Der übliche Weg.
staff-entry-passcode = Kennwort
staff-entry-passcode-say = Patienten tippen ein Wort, das Sie ihnen gesagt haben. Mit einem Link für einen Termin geht es ohne.
staff-entry-invited = Nur mit einem Link für einen Termin
staff-entry-invited-say = Ihr eigener Link lässt dann niemanden herein.
staff-passcode = Kennwort
staff-passcode-hint = Mindestens { $chars } Buchstaben und Ziffern. Es hält Fremde draußen. Wechseln Sie es ab und zu.
staff-waiting-max = Wie viele Personen hinein dürfen
staff-waiting-max-hint = Leer: bis zu { $max }. Wer später kommt, liest, dass es voll ist.
staff-visit-link = Link für einen Termin
staff-visit-link-say = Damit meldet sich eine Person einmal an. Wie lange soll er gelten?
staff-visit-link-days = { $days ->
    [one] 1 Tag
   *[other] { $days } Tage
}
staff-visit-link-made = Schicken Sie diesen Link einem Patienten.
staff-visit-link-until = Er gilt bis { $day }, { $time }.
staff-visit-link-once = Er wird nur jetzt gezeigt. Später kann ihn niemand nachsehen.
staff-held-back = Viele Anmeldungen kommen von einem einzigen Internetanschluss.
staff-held-back-say = Einige müssen eine Minute warten. Alle anderen kommen wie immer herein.

# Wenn niemand hinsieht
staff-notes = Hinweis auf diesem Computer
staff-notes-hint = Sagt „Jemand wartet“. Nie einen Namen.
staff-notes-blocked = Der Browser sperrt Hinweise dieser Seite. Erlauben Sie sie in seinen Einstellungen.
staff-note = Jemand wartet.
staff-snooze = 10 Minuten nicht erinnern
staff-snooze-end = Wieder erinnern
staff-snoozed = Keine Erinnerung bis { $time }

# Nachrichten zwischen Empfang und Warteschlange
staff-line-new = { $count ->
    [one] 1 neue Nachricht
   *[other] { $count } neue Nachrichten
}
staff-line-count = { $count ->
    [one] 1 Nachricht
   *[other] { $count } Nachrichten
}
staff-line-write = Nachricht schreiben
staff-line-title = Nachrichten mit { $name }
staff-line-say = { $name } liest das beim Warten. Es ist verschlüsselt und wird mit dem Besuch gelöscht.
staff-line-unread = Eine Nachricht, die dieser Browser nicht lesen kann
staff-line-came = Neue Nachricht von { $name }

# How it looks to patients
staff-look = So sehen es Patienten
staff-look-change = Logo, Farbe und Begrüßung
staff-look-words = Farbe und Begrüßung
staff-look-colour = Eine eigene Farbe
staff-look-colour-hint = Für die Wand und die wichtigsten Knöpfe. Der Text darauf ist weiß.
staff-look-pick = Farbe
staff-look-readable = Der Text ist gut lesbar: { $ratio } zu 1.
staff-look-pale = Weißer Text ist darauf schlecht lesbar: { $ratio } zu 1. Nötig ist { $least } zu 1. Bitte nehmen Sie eine dunklere Farbe.
staff-look-welcome = Begrüßung
staff-look-welcome-hint = Patienten lesen sie, wenn sie hereinkommen. Eine Zeile mit # am Anfang ist eine Überschrift, mit - eine Liste. **Zwei Sterne** machen fett.
staff-look-logo = Logo
staff-look-logo-hint = PNG, JPEG oder WebP, bis 256 KB.
staff-look-logo-alt = Ihr Logo
staff-look-show = Für alle, die warten
staff-look-show-hint = Ein Bild (bis 2 MB), ein Video (MP4 oder WebM, bis 16 MB) oder ein PDF (bis 5 MB). Es kommt nur von diesem Server.
staff-look-show-alt = Was Patienten beim Warten sehen
staff-look-pdf = Ein PDF ist hinterlegt.
staff-look-choose = Datei wählen
staff-look-busy = Wird gesendet …
staff-look-remove = Entfernen
staff-look-saved = Gespeichert. Patienten sehen es jetzt.
staff-look-kind = Diese Art von Datei geht hier nicht.
staff-look-large = Die Datei ist zu groß. Erlaubt sind { $size }.
staff-look-pixels = Das Bild hat zu viele Bildpunkte oder ist beschädigt.
staff-look-full = Alle Wartezimmer zusammen haben zu viele Dateien. Bitte entfernen Sie eine.
staff-look-failed = Es wurde nicht gespeichert. Bitte versuchen Sie es noch einmal.
staff-look-text = Die Begrüßung ist zu lang.
staff-look-not-colour = Diese Farbe geht nicht.

# When no page is open
staff-reach = Anderswo Bescheid sagen
staff-reach-say = Wenn jemand wartet und Sie in keinem Gespräch sind, bekommen Sie eine E-Mail. Sie sagt nur das, und nie einen Namen.
staff-reach-address = Ihre E-Mail-Adresse
staff-reach-set = E-Mails an mich
staff-reach-end = Keine E-Mails mehr
staff-reach-kept = Ihre Adresse liegt versiegelt bei Ihrem Konto. Sie wird gelöscht, wenn Sie die E-Mails abstellen.
staff-reach-sent = Wir haben Ihnen gerade eine E-Mail geschickt. Wenn sie nicht ankommt, sehen Sie im Spam-Ordner nach.
staff-reach-later = Gespeichert. Der Mailserver hat die erste E-Mail nicht gleich angenommen. Vielleicht kommt sie später.
staff-reach-off = Sie bekommen keine E-Mails mehr.
staff-reach-refused = Der Mailserver nimmt diese Adresse nicht an. Bitte prüfen Sie sie.
staff-reach-busy = Das hat nicht geklappt. Bitte versuchen Sie es in einer Minute noch einmal.
staff-reach-offline = Es gibt keine Verbindung. Bitte versuchen Sie es noch einmal.
staff-push = Diesem Browser Bescheid sagen
staff-push-hint = Zeigt „Jemand wartet“, auch wenn diese Seite geschlossen ist. Der Hersteller des Browsers erfährt, dass etwas gesendet wurde, aber nicht was.
staff-push-cannot = Dieser Browser kann das hier nicht.
staff-push-failed = Der Nachrichtendienst des Browsers hat nicht geantwortet. Bitte versuchen Sie es später noch einmal.
staff-mail-off = Keine E-Mails mehr?
staff-mail-off-say = Sie bekommen dann keine E-Mails mehr, dass jemand wartet. In Ihrem Wartezimmer können Sie sie wieder einschalten.
staff-mail-is-off = Sie bekommen keine E-Mails mehr
staff-mail-is-off-say = Sie können diese Seite schließen.
staff-mail-off-failed = Das hat nicht geklappt
staff-mail-off-failed-say = Vielleicht ist der Link alt, oder die E-Mails sind schon aus. Sie können sie auch in Ihrem Wartezimmer abstellen, unter „Anderswo Bescheid sagen“.

# The server sends an invitation
staff-invite-server = Vom Server senden lassen
staff-invite-server-say = Dann liest der Server Ihrer Praxis die Adresse und den Link. Die Adresse vergisst er, sobald gesendet ist. Wer den Server kontrolliert, könnte einen anderen Schlüssel in den Link setzen. Die Wege oben haben dieses Risiko nicht.
staff-invite-to-mail = E-Mail-Adresse der Patientin oder des Patienten
staff-invite-to-sms = Handynummer der Patientin oder des Patienten
staff-invite-by-mail = Als E-Mail senden
staff-invite-by-sms = Als SMS senden
staff-invite-sending = Wird gesendet …
staff-invite-first-agreed = Sagen Sie zuerst oben, dass die Person mit SMS einverstanden ist.
staff-invite-sent = Gesendet. Die Adresse ist vergessen.
staff-invite-failed = Das konnte nicht gesendet werden. Die Adresse ist vergessen. Bitte nehmen Sie einen der Wege oben.
staff-invite-unfit = Diese Adresse geht nicht. Bitte prüfen Sie sie.
staff-invite-many = Das waren viele in einer Minute. Bitte warten Sie einen Moment.
