# The patient's page. A2: one idea, one sentence, at most 14 words, polite. Strong marks the words of a button or menu.

# Everywhere
practice = Praxis
the-practice = die Praxis
the-practice-first = Die Praxis
help-by-phone = Hilfe am Telefon: { $phone }
call-practice = Praxis anrufen
message-from-practice = Nachricht der Praxis
keep-place = Ihr Platz bleibt erhalten.
try-again = Noch einmal versuchen
try-now = Jetzt versuchen
check-in-again = Neu anmelden
name-deleted = Der Server hat Ihren Namen gelöscht.
presence-open = Jetzt geöffnet
presence-busy = Im Gespräch
presence-busy-guest = Im Gespräch
presence-away = Kurz weg
presence-closed = Jetzt geschlossen
presence-not-connected = Nicht verbunden

# Title of the tab
tab-checked-in = Angemeldet · { $place }
tab-waiting = { $position ->
    [0] Sie warten
   *[other] ({ $position }) Sie warten
} · { $place }
tab-turn = Sie sind dran · { $place }
tab-call = Gespräch · { $who }
tab-held = Pause · { $place }
tab-offline = Nicht verbunden seit { $time } · { $place }
tab-over = Termin beendet · { $place }

# Opening
opening-title = Wir öffnen das Wartezimmer.
opening-text = Das dauert einen Augenblick.

# P0: check in
p0-title = Willkommen. Bitte nennen Sie uns Ihren Namen.
p0-guest-title = Sie sind zu einem Videogespräch eingeladen.
p0-guest-text = { $who } lässt Sie herein. Vorher sieht und hört Sie niemand.
p0-name = Ihr Name
p0-name-empty = Bitte schreiben Sie hier Ihren Namen.
p0-name-refused = Dieser Name ist zu lang. Bitte schreiben Sie ihn kürzer.
p0-check-in = Im Wartezimmer anmelden
p0-checking-in = Wir melden Sie an …
p0-no-app = Sie brauchen keine App und kein Benutzerkonto.
p0-who-sees = Nur die Praxis sieht Ihren Namen.
p0-no-record = Wir zeichnen nichts auf. Wir speichern nichts.
p0-open = { $waiting ->
    [0] Jetzt geöffnet. Niemand wartet.
    [one] Jetzt geöffnet. { $waiting } Person wartet.
   *[other] Jetzt geöffnet. { $waiting } Personen warten.
}
p0-place-lost = Wir finden Ihren alten Platz nicht mehr. Bitte melden Sie sich neu an.
p0-too-many = Gerade melden sich viele an. Wir versuchen es in 20 Sekunden wieder.
p0-emergency = Ist es ein Notfall? Bitte rufen Sie 112 an.
p0-closed-title = Das Wartezimmer ist geschlossen.
p0-closed-text = Sie können denselben Link später benutzen.
p0-passcode = Kennwort der Praxis
p0-passcode-hint = Die Praxis hat Ihnen dieses Wort oder diese Zahl gesagt.
p0-passcode-wrong = Dieses Kennwort stimmt nicht. Sehen Sie noch einmal nach, oder rufen Sie die Praxis an.
p0-link-used = Dieser Link gilt einmal. Er wurde schon benutzt oder ist zu alt. Bitten Sie die Praxis um einen neuen.
p0-invited-title = Sie brauchen einen Link für Ihren Termin.
p0-invited-text = Die Praxis schickt Ihnen für jeden Termin einen Link. Öffnen Sie diesen Link.
p0-closed-opens = Es öffnet wieder am <strong>{ $day } um { $time }</strong>. Dann gilt derselbe Link.
p0-closed-zone = Die Zeiten gelten für { $place }.
p0-hours = Öffnungszeiten
p0-hours-days = { $from } bis { $to }
p0-hours-time = { $from } bis { $to }
p0-full-title = Das Wartezimmer ist voll.
p0-full-text = Lassen Sie diese Seite offen. Sie zeigt, wenn ein Platz frei wird.
p0-draining-title = Der Server der Praxis startet neu.
p0-draining-text = In wenigen Minuten können Sie sich anmelden.

# P1 and P2: camera and sound
steps = Schritte
step-checked-in = Angemeldet
step-set-up = Kamera und Ton
step-waiting = Wartezimmer
p1-title = Ihr Platz ist sicher. Jetzt Ihre Kamera.
p1-text = Ihr Browser stellt gleich eine Frage. Bitte wählen Sie <strong>Zulassen</strong>.
p1-turn-on = Kamera und Ton einschalten
p1-asking = Bitte „Zulassen“ wählen …
p1-without-camera = Ohne Kamera weiter
p1-nobody-sees = Noch sieht Sie niemand. { $who } sieht Sie erst, wenn Ihr Termin beginnt.
p1-picture = Bild der Frage Ihres Browsers. Der Knopf Zulassen ist markiert.
p1-picture-wants = { $host } möchte
p1-picture-camera = Ihre Kamera nutzen
p1-picture-microphone = Ihr Mikrofon nutzen
p1-picture-block = Blockieren
p1-picture-allow = Zulassen
p2-title = Können Sie gut sehen und hören?
p2-only-you = Das sehen nur Sie
p2-no-camera = Kein Kamerabild
p2-hear-music = Hören Sie die Musik?
p2-hear-ask = Berühren Sie den Lautsprecher. Wir spielen einen kurzen Ton.
p2-hear-yes = Sie hören gut.
p2-hear-no = Stellen Sie lauter. Nehmen Sie Kopfhörer ab. Dann noch einmal.
p2-play = Ton abspielen
p2-yes = Ja, ich höre sie
p2-no = Nein
p2-say-hello = Bitte sagen Sie „Hallo“
p2-no-microphone = Kein Ton von Ihnen
p2-microphone-unknown = Der Balken bewegt sich, wenn Sie sprechen.
p2-microphone-works = Der Balken bewegt sich. Wir hören Sie.
p2-microphone-silent = Wir hören nichts. Ist das Mikrofon verdeckt oder aus?
p2-microphone-denied = Der Browser blockiert es. Sie können im Chat schreiben.
p2-microphone-absent = Wir finden keines. Sie können im Chat schreiben.
p2-microphone-busy = Ein anderes Programm benutzt es.
p2-microphone-skipped = Sie machen ohne Ton weiter. Sie können im Chat schreiben.
p2-camera-unknown = Das Bild kommt gleich.
p2-camera-works = Sie geht. Ist Ihr Gesicht im Bild?
p2-camera-silent = Das Bild kommt gleich.
p2-camera-denied = Der Browser blockiert sie.
p2-camera-absent = Wir finden keine.
p2-camera-busy = Ein anderes Programm benutzt sie.
p2-camera-skipped = Sie machen ohne Kamera weiter.
p2-level-none = Mikrofon: nichts zu hören
p2-level-good = Mikrofon: gut zu hören
p2-flip = Andere Kamera benutzen
p2-works = Geht
p2-network-running = Wir prüfen Ihr Internet
p2-network-running-text = Das dauert etwa zehn Sekunden. Sie müssen nicht darauf warten.
p2-network-good = Ihr Internet ist gut
p2-network-good-text = Ton und Bild kommen gut durch.
p2-network-tcp = Ihr Internet geht über einen Umweg
p2-network-tcp-text = Ton und Bild kommen durch. Sie kommen vielleicht etwas später an.
p2-network-lossy = Ihr Internet verliert Teile des Gesprächs
p2-network-lossy-text = Wörter können abreißen. Gehen Sie näher an Ihr WLAN. Oder schalten Sie am Telefon das WLAN aus.
p2-network-slow = Ihr Internet antwortet langsam
p2-network-slow-text = Lassen Sie den anderen ausreden. Gehen Sie näher an Ihr WLAN, wenn es geht.
p2-network-narrow = Ihr Internet ist schwach
p2-network-narrow-text = Man hört Sie. Das Bild ist vielleicht unscharf. Beenden Sie zu Hause andere Videos und Downloads.
p2-network-blocked = Kein Ton und kein Bild kommt durch
p2-network-blocked-text = Ihr Internet lässt keine Videoanrufe durch. Schalten Sie am Telefon das WLAN aus, oder nehmen Sie ein anderes WLAN. Oder rufen Sie die Praxis an.
p2-network-failed = Wir konnten Ihr Internet jetzt nicht prüfen
p2-network-failed-text = Sie können trotzdem Ihr Gespräch führen.
p2-network-again = Noch einmal prüfen
p2-done = Zum Wartezimmer
p2-back = Zurück zum Wartezimmer

# A device does not open
blocked-camera-denied-title = Ihre Kamera ist blockiert.
blocked-camera-denied-text = Das ist leicht zu ändern.
blocked-microphone-denied-title = Ihr Mikrofon ist blockiert.
blocked-microphone-denied-text = Das ist leicht zu ändern.
blocked-both-denied-title = Kamera und Mikrofon sind blockiert.
blocked-both-denied-text = Das ist leicht zu ändern.
blocked-camera-absent-title = Wir finden keine Kamera.
blocked-camera-absent-text = Sie können nur mit Ton weitermachen.
blocked-microphone-absent-title = Wir finden kein Mikrofon.
blocked-microphone-absent-text = Sie können weitermachen und im Chat schreiben.
blocked-camera-busy-title = Ein anderes Programm benutzt Ihre Kamera.
blocked-camera-busy-text = Schließen Sie das andere Programm. Dann noch einmal.
blocked-microphone-busy-title = Ein anderes Programm benutzt Ihr Mikrofon.
blocked-microphone-busy-text = Schließen Sie das andere Programm. Dann noch einmal.
blocked-without-microphone = Ohne Mikrofon weiter
blocked-without-both = Ohne Kamera und Ton weiter
steps-ios-1 = Berühren Sie das <strong>Seitenmenü</strong> neben der Adresse.
steps-ios-2 = Berühren Sie die <strong>drei Punkte</strong>. Dann <strong>Website-Einstellungen</strong>.
steps-ios-3 = Stellen Sie <strong>Kamera</strong> und <strong>Mikrofon</strong> auf <strong>Erlauben</strong>.
steps-android-1 = Berühren Sie das <strong>Zeichen links neben der Adresse</strong>.
steps-android-2 = Wählen Sie <strong>Berechtigungen</strong>.
steps-android-3 = Stellen Sie <strong>Kamera</strong> und <strong>Mikrofon</strong> auf <strong>Erlauben</strong>.
steps-computer-chrome-1 = Klicken Sie auf das <strong>Zeichen links neben der Adresse</strong>.
steps-computer-chrome-2 = Schalten Sie <strong>Kamera</strong> und <strong>Mikrofon</strong> ein.
steps-computer-chrome-3 = Kommen Sie hierher zurück. Klicken Sie auf <strong>Noch einmal versuchen</strong>.
steps-computer-firefox-1 = Klicken Sie auf die <strong>durchgestrichene Kamera</strong> links neben der Adresse.
steps-computer-firefox-2 = Klicken Sie auf das <strong>x</strong> neben <strong>Blockiert</strong>.
steps-computer-firefox-3 = Kommen Sie hierher zurück. Klicken Sie auf <strong>Noch einmal versuchen</strong>.
steps-computer-safari-1 = Öffnen Sie oben das Menü <strong>Safari</strong>.
steps-computer-safari-2 = Wählen Sie <strong>Einstellungen für diese Website</strong>.
steps-computer-safari-3 = Stellen Sie <strong>Kamera</strong> und <strong>Mikrofon</strong> auf <strong>Erlauben</strong>.
steps-system-phone-1 = Öffnen Sie die <strong>Einstellungen</strong> Ihres Handys.
steps-system-phone-2 = Suchen Sie <strong>Ihren Browser</strong> bei den Apps.
steps-system-phone-3 = Erlauben Sie Kamera und Mikrofon. Dann kommen Sie zurück.
steps-system-computer-1 = Öffnen Sie die <strong>Einstellungen</strong> Ihres Computers.
steps-system-computer-2 = Wählen Sie <strong>Datenschutz</strong>. Dann <strong>Kamera</strong> und <strong>Mikrofon</strong>.
steps-system-computer-3 = Erlauben Sie es Ihrem Browser. Dann kommen Sie zurück.

# P3: waiting. $place selects the ordinal form, $count is the number.
p3-title = { $who } weiß, dass Sie da sind.
p3-text = Sie müssen nichts tun. Wir rufen Sie, wenn Sie an der Reihe sind.
p3-title-away = { $who } ist kurz weg.
p3-text-away = Wir halten Ihren Platz frei.
p3-closed-inside = Für andere ist das Wartezimmer jetzt zu. Sie kommen noch dran.
p3-place = Ihr Platz
p3-place-is = { $count ->
    [1] Als Nächstes
   *[other] Nr. { $count }
}
p3-place-now = { $count ->
    [1] Sie sind als Nächstes dran.
   *[other] Ihr Platz ist jetzt Nummer { $count }.
}
p3-waited = Sie warten seit
p3-minutes = { $minutes } Min.
p3-lock = Sie dürfen Ihr Handy kurz sperren. Wir halten Ihren Platz frei.
p3-bell = Möchten Sie die Klingel hören? Dann lassen Sie diese Seite offen.
p3-check-again = Kamera und Ton noch einmal prüfen
p3-leave = Wartezimmer verlassen
draining-waiting = Der Server der Praxis startet bald neu. Bitte lassen Sie diese Seite offen.

# On hold
held-title = { $who } kommt gleich zurück.
held-text = Ihr Termin macht eine Pause. Bitte bleiben Sie da.
held-pill = Pause
held-nobody = Niemand sieht oder hört Sie jetzt.
held-leave = Termin verlassen

# Not connected
offline-title = Sie sind nicht verbunden.
offline-trying = Wir versuchen es immer wieder.
offline-trying-place = Wir versuchen es immer wieder. Die Praxis hält Ihren Platz eine Weile frei.
offline-check = Bitte prüfen Sie Ihr Internet.
offline-place-was = Um { $time } Uhr hatten Sie Platz Nummer { $count }. Ihren Platz jetzt kennen wir nicht.
offline-place-unknown = Wir wissen nicht, was die Praxis jetzt sieht.
offline-wifi = Ist Ihr WLAN an? Oder schalten Sie mobile Daten ein.
offline-nearer = Gehen Sie näher an Ihr WLAN-Gerät.
online-again = Sie sind wieder verbunden.

# P4: your turn
p4-title = Sie sind dran.
p4-ready = { $who } ist bereit für Sie.
p4-minute = Lassen Sie sich Zeit. { $who } weiß, dass Sie kurz brauchen.
p4-count = Sie gehen hinein, mit Kamera und Ton, in
p4-count-sound = Sie gehen hinein, ohne Kamera, in
p4-go-in = Jetzt hineingehen
p4-going-in = Sie gehen hinein …
p4-without-camera = Ohne Kamera hineingehen
p4-not-yet = Noch nicht, ich brauche kurz

# P5: the call
p5-title = Gespräch mit { $who }
p5-waiting-for = { $who } kommt gleich.
p5-other-person = Eine andere Person
p5-here = { $name } ist da.
p5-gone = { $name } ist gegangen.
p5-clinician-lost = Die Verbindung zu { $name } ist unterbrochen. Bleiben Sie hier. Ihr Platz bleibt.
p3-back-in-line = Sie sind wieder in der Reihe, an Ihrem alten Platz.
p5-peer-muted = { $name } ist stumm.
p5-peer-unmuted = { $name } hat wieder Ton.
p5-options = Mehr: Kamera, Ton, Vollbild
p5-options-title = Kamera, Ton und Bildschirm
p5-no-choice = Es gibt nur eine Kamera und ein Mikrofon.
p5-full-screen = Vollbild an oder aus
p5-sound-blocked = Ihr Browser hält den Ton zurück.
p5-hear-now = Ton einschalten
p5-sound-stopped = Ihr Ton ist weg.
p5-sound-back = Meinen Ton zurückholen
p5-camera-denied = Ihr Browser blockiert die Kamera. Sie können weiter sprechen.
p5-camera-absent = Wir finden keine Kamera. Sie können weiter sprechen.
p5-camera-busy = Ein anderes Programm benutzt Ihre Kamera. Schließen Sie es.
p5-microphone-denied = Ihr Browser blockiert das Mikrofon. Sie können im Chat schreiben.
p5-microphone-absent = Wir finden kein Mikrofon. Sie können im Chat schreiben.
draining-call = Der Server der Praxis startet bald neu. Bitte kommen Sie zum Ende.
reconnecting-title = Verbindung verloren. Wir versuchen es wieder.
reconnecting-text = Bitte warten Sie. Lassen Sie diese Seite offen. Dann geht es weiter.
reconnecting-since = Weg seit { $time } Uhr.

# P6: after
p6-title = Ihr Termin ist beendet.
p6-title-lost = Die Verbindung war zu lange weg. Ihr Termin ist beendet.
p6-text = Niemand hat aufgezeichnet. Nichts wurde behalten. Schließen Sie diese Seite, ist alles weg.
p6-lasted = { $minutes ->
    [0] Ihr Termin dauerte weniger als 1 Minute.
    [one] Ihr Termin dauerte { $minutes } Minute.
   *[other] Ihr Termin dauerte { $minutes } Minuten.
}
p6-go-back = Zurück in den Termin
p6-close = Sie können diese Seite jetzt schließen.
p6-visit-over = Die Person, zu der Sie kamen, ist gegangen. Damit ist das Gespräch auch für Sie vorbei.
back-until = Sie können bis { $time } Uhr zurück. Ihr Platz bleibt erhalten.
left-title = Sie haben das Wartezimmer verlassen.
left-text = Sie können zurückkommen oder diese Seite schließen.
left-back = Zurück auf meinen Platz
expired-title = Sie waren zu lange weg.
expired-text = Sie haben jetzt keinen Platz. Bitte melden Sie sich neu an.
removed-title = Sie sind nicht mehr im Wartezimmer.
removed-text = Die Praxis hat Ihren Platz um { $time } Uhr beendet.

# Nothing to do here
wrong-link-title = Wir finden dieses Wartezimmer nicht.
wrong-link-text = Der Link ist nicht vollständig oder zu alt.
wrong-link-open = Öffnen Sie den Link noch einmal aus Ihrer Nachricht oder E-Mail.
wrong-link-call = Oder rufen Sie die Praxis an. Sie schickt einen neuen Link.
guest-over-title = Dieser Link führt zu keinem Gespräch mehr.
guest-over-text = Er wurde schon benutzt, oder der Besuch ist vorbei. Bitten Sie die Praxis um einen neuen.
outdated-title = Diese Seite ist zu alt.
outdated-text = Die Praxis hat eine neue Version. Laden Sie die Seite neu.
outdated-reload = Seite neu laden
garbled-title = Diese Seite versteht den Server der Praxis nicht.
garbled-text = Laden Sie die Seite neu. Kommt das wieder, rufen Sie die Praxis an.
replaced-title = Ihr Platz ist in einem anderen Fenster offen.
replaced-text = Sie können diese Seite schließen. Oder Sie machen hier weiter.
replaced-here = Hier weitermachen
unsupported-title = Dieser Browser kann kein sicheres Gespräch führen.
unsupported-text = Kopieren Sie den Link. Öffnen Sie ihn dann in { $browser }.
insecure-title = Diese Adresse ist nicht geschützt.
insecure-text = Kamera und Ton gehen nur, wenn der Link mit https beginnt.
in-app-title = Bitte öffnen Sie diese Seite in { $browser }.
in-app-text = Sie haben den Link in einer anderen App geöffnet. Dort geht Ihre Kamera nicht.
in-app-1 = Berühren Sie hier <strong>Link kopieren</strong>.
in-app-2 = Öffnen Sie <strong>{ $browser }</strong>.
in-app-3 = Berühren Sie die Adresszeile. Wählen Sie <strong>Einfügen und öffnen</strong>.
copy-link = Link kopieren
copied = Kopiert
copy-failed = Nicht kopiert. Bitte kopieren Sie die Adresszeile.

# What the server knows
knows-title = Was der Server über Sie weiß
privacy-link = Alles, was dieser Server speichert
knows-everything = Das ist alles. Es ist von jetzt.
knows-nothing = Der Server weiß jetzt nichts über Sie.
knows-live = Aus dem Speicher des Servers gelesen um { $time }.
knows-what-column = Was
knows-value-column = Was der Server hat
knows-until-column = Gelöscht
knows-details = Technische Einzelheiten
knows-none = nichts
knows-yes = ja
knows-no = nein
knows-bytes = { $bytes } Bytes. Die Worte zeigen wir hier nicht.
knows-file-mine = Von Ihnen, { $size }, verschlossen
knows-file-theirs = Für Sie, { $size }, verschlossen
knows-since = seit { $time }
knows-until-end = wenn Sie gehen
knows-until-call = wenn das Gespräch vorbei ist
knows-until-forgotten = 20 Minuten nach dem Ende
knows-until-page = wenn Sie diese Seite schließen
knows-until-at = um { $time }
knows-until-log = Die Nummer bleibt im Protokoll. Ihr Name steht dort nicht.
knows-why = Warum: { $why }
knows-erase = Alles löschen und gehen
knows-erase-note = Sie verlieren Ihren Platz. Sie können sich neu anmelden.
knows-erase-title = Alles löschen und gehen?
knows-erase-text = Ein Gespräch endet sofort. Sie verlieren Ihren Platz. Auch Dateien werden gelöscht.
knows-erase-yes = Ja, alles löschen
knows-erase-no = Nein, zurück
knows-erase-busy = Wird gelöscht …
knows-back = Zurück
knows-what-name = Ihr Name
knows-what-guest = Sie sind jemandes Gast
knows-what-guests = Personen, die zu Ihnen eingeladen wurden
knows-what-guest_links = Einladungen, die niemand benutzt hat
knows-what-name_sealed = Ihr Name ist verschlossen
knows-what-state = Ihr Besuch
knows-what-position = Ihr Platz in der Reihe
knows-what-checked_in_at = Sie haben sich angemeldet um
knows-what-area = Wartezimmer
knows-what-language = Ihre Sprache
knows-what-camera = Ihre Kamera
knows-what-microphone = Ihr Mikrofon
knows-what-hears = Sie hören den Testton
knows-what-network = Ihr Internet, wie es geprüft wurde
knows-what-echo = Ihr Internet wird gerade geprüft
knows-what-set_up_done = Kamera und Ton sind geprüft
knows-what-connected = Sie sind verbunden
knows-what-lost_at = Verbindung weg seit
knows-what-needs_a_minute = Sie baten um eine Minute
knows-what-staff = Wer Sie aufgerufen hat
knows-what-went_in_at = Ihr Gespräch begann um
knows-what-deadline = Von selbst geschieht etwas um
knows-what-reason = Nachricht der Praxis
knows-what-file = Datei
knows-what-messages = Nachrichten
knows-what-notes = Verschlossene Nachrichten zwischen Ihnen und der Praxis
knows-what-memo = Eine verschlossene Notiz der Praxis zu Ihrem Besuch
knows-what-referral = Ein Vermerk der Praxis, die Sie in dieses Wartezimmer geschickt hat
knows-what-place = Code Ihres Platzes
knows-what-source = Code Ihrer Internetadresse
knows-what-check_ins = Anmeldungen von Ihrer Adresse in dieser Minute
knows-what-number = Nummer Ihres Besuchs
knows-what-handle = Zufallsname Ihres Besuchs
knows-what-page = Nummer dieser Seite
knows-what-outbox = Mitteilungen unterwegs zu dieser Seite
knows-what-version = Änderungen an Ihrem Besuch
knows-what-room = Nummer Ihres Gesprächs
knows-what-rooms = Gespräche, von denen Dateien da sind
knows-what-gate = Ton und Bild dürfen durch
knows-what-media = Verbindung für Ton und Bild, mit Ihrer Internetadresse
knows-what-media_session = Kennzeichen dieser Verbindung
knows-what-media_connected = Ton und Bild sind verbunden
knows-what-channel = Weg für Nachrichten und Dateien ist offen
knows-what-screen_asked = Die Praxis hat gebeten, Ihren Bildschirm zu sehen
knows-what-muted = Ihr Mikrofon ist aus
knows-what-camera_off = Ihre Kamera ist aus
knows-what-speaking = Sie sprechen gerade
knows-what-tell_to = Wohin wir Ihnen schreiben, wenn Sie an der Reihe sind
knows-what-told = Wir haben Ihnen geschrieben, dass Sie an der Reihe sind
knows-what-layout = Bilder, die Ihre Seite zeigt
knows-what-seal_hello = Öffentliche Schlüssel Ihrer Seite
knows-what-rates = Zähler gegen zu viele Anfragen
knows-why-who = Die Praxis sieht, wer wartet.
knows-why-line = So behalten Sie Ihren Platz.
knows-why-help = Die Praxis sieht, ob Ihre Geräte gehen.
knows-why-speak = Die Praxis weiß, welche Sprache Sie lesen.
knows-why-back = So können Sie auf Ihren Platz zurück.
knows-why-call = Ton und Bild brauchen es.
knows-why-files = Die andere Person kann sie holen.
knows-why-guard = Es schützt den Server vor Missbrauch.
knows-why-talk = Ihre Seite und der Server brauchen es zum Reden.
knows-why-turn = Sie möchten wissen, wann Sie an der Reihe sind.
knows-why-log = Die Praxis kann Fehler im Server suchen.
knows-state-arriving = Kamera und Ton werden geprüft
knows-state-waiting = Wartet
knows-state-away = Nicht da
knows-state-called = Aufgerufen
knows-state-in_call = Im Gespräch
knows-state-held = Warteschleife
knows-state-ended = Vorbei
knows-state-removed = Aus der Reihe genommen
knows-state-expired = Zu lange weg
knows-device-unknown = nicht geprüft
knows-device-works = geht
knows-device-denied = nicht erlaubt
knows-device-absent = nicht da
knows-device-busy = von anderem Programm benutzt
knows-device-silent = nichts zu hören
knows-device-skipped = weggelassen
erased-title = Alles ist gelöscht.
erased-text = Der Server weiß nichts mehr über Sie. Sie können diese Seite schließen.
knows-address = Solange diese Seite offen ist, sieht der Server auch Ihre Internetadresse. Er schreibt sie nicht auf.

# What a patient is asked once.
consent-once = Sie werden nur einmal gefragt. Ihre Antwort können Sie später ändern.
consent-yes = Ja, einverstanden
consent-no = Nein
consent-file-title = Dürfen in diesem Gespräch Dateien gesendet werden?
consent-file-text = In beide Richtungen. Sie sind verschlüsselt, der Server kann sie nicht lesen. Er löscht jede Datei nach höchstens 15 Minuten.
consent-photo-title = Darf die Praxis Sie um ein Foto bitten?
consent-photo-text = Sie sehen jedes Foto, bevor es gesendet wird, und entscheiden dann.
consent-screen-title = Darf Ihr Bildschirm in diesem Gespräch gezeigt werden?
consent-screen-text = Sie wählen, was gezeigt wird. Die Praxis sieht alles darauf, auch Nachrichten, die erscheinen. Schließen Sie, was niemand sehen soll. Sie können jederzeit aufhören.
screen-asked = Die Praxis möchte Ihren Bildschirm sehen.
files-blocked = Sie haben zu Dateien Nein gesagt.
files-allow = Dateien erlauben
answers-title = Ihre Antworten in diesem Gespräch
answer-file-yes = Dateien dürfen gesendet werden.
answer-file-no = Es werden keine Dateien gesendet.
answer-file-to-yes = Dateien erlauben
answer-file-to-no = Keine Dateien mehr
answer-photo-yes = Die Praxis darf um Fotos bitten.
answer-photo-no = Keine Fotos.
answer-photo-to-yes = Fotos erlauben
answer-photo-to-no = Keine Fotos mehr
answer-screen-yes = Ihr Bildschirm darf gezeigt werden.
answer-screen-no = Ihr Bildschirm wird nicht gezeigt.
answer-screen-to-yes = Bildschirm erlauben
answer-screen-to-no = Nicht mehr erlauben

# A photo that staff ask for
photo-file = Foto
photo-look-title = Ihre Kamera. Drücken Sie den Knopf für ein Foto.
photo-look-text = Noch wird nichts gesendet. Halten Sie still.
photo-look-picture = Das Bild Ihrer Kamera
photo-shutter = Foto aufnehmen
photo-taking = Foto wird aufgenommen …
photo-no = Kein Foto
photo-agree-title = Dieses Foto senden?
photo-agree-text = Nur dieses Foto wird gesendet. Es verrät weder Ort noch Zeit. Der Server löscht es nach höchstens 15 Minuten.
photo-agree-picture = Das Foto, das Sie aufgenommen haben
photo-send = Dieses Foto senden
photo-again = Noch einmal aufnehmen
photo-failed-title = Das Foto hat nicht geklappt.
photo-failed-text = Ihre Kamera gab kein Bild.

# The consent form
form-title = Bitte lesen und unterschreiben
form-text = Text des Formulars
form-how = Wie möchten Sie unterschreiben?
form-draw = Namen zeichnen
form-type = Namen schreiben
form-pad = Zeichnen Sie hier Ihren Namen mit Maus, Finger oder Stift
form-name = Ihr Name
form-both = Sie und die Praxis erhalten je das unterschriebene Formular. Der Server behält keine Kopie.
form-failed = Das Formular konnte nicht gesendet werden. Bitte noch einmal.
form-sign = Unterschreiben
form-working = Das Formular wird gemacht …
form-again = Neu beginnen
form-no = Ich unterschreibe nicht
form-signed-title = Sie haben unterschrieben.
form-signed-text = Bitte speichern Sie jetzt Ihre Kopie. Der Server hat keine.
form-step-working = Das Formular ist unterwegs.
form-step-sent = Gesendet. Die Praxis muss noch bestätigen.
form-step-kept = Die Praxis hat genau die gleiche Kopie.
form-step-failed = Es konnte nicht gesendet werden. Sie können es noch einmal versuchen.
form-unsaved = Ihre Kopie ist noch nicht gespeichert. Beim Schließen geht sie verloren.
form-save = Meine Kopie speichern
form-leave = Schließen ohne Speichern
form-file = Einwilligung
form-pdf-page = Unterschrift
form-pdf-name = Name: { $name }
form-pdf-typed = Unterschrieben durch Schreiben des Namens
form-pdf-drawn = Unterschrieben durch Zeichnen
form-pdf-time = Unterschrieben am: { $time }
form-pdf-hash = SHA-256 des Formulars: { $hash }

# The practice's keys
p0-verified-link = Ihr Link stimmt. Nur diese Praxis liest Ihren Namen.
p0-verified-code = Ihr Code stimmt. Nur diese Praxis liest Ihren Namen.
p0-not-verified = Verschlüsselt, nicht geprüft.
p0-have-code = Ich habe einen Code
p0-unopened-title = Die Praxis hat noch nicht geöffnet.
p0-unopened-text = Lassen Sie diese Seite offen. Es geht von selbst weiter.
p0-unopened-wait = Wir sehen ständig nach.
code-first-title = Noch ein Schritt, für Ihre Sicherheit.
code-first-text = Ihr Link ist nicht vollständig. Bitte geben Sie den Code der Praxis ein.
code-title = Den Code der Praxis eingeben
code-parts = Ihr Code hat 4 Teile
code-part = Teil { $part } von 4
code-paste = Sie können den ganzen Code in das erste Feld einfügen.
code-incomplete = Der Code braucht 4 Buchstaben oder Zahlen in jedem Teil.
code-other = Dieser Code passt nicht zu dieser Praxis. Sehen Sie noch einmal nach, oder rufen Sie die Praxis an.
code-go-on = Weiter
code-what-for = Der Code zeigt: Hier ist { $who }, und niemand hört mit.
code-none = Sie haben keinen Code?
different-title = Wir haben hier angehalten, zu Ihrer Sicherheit.
different-text = Ihr Link passt jetzt nicht zu den Schlüsseln dieser Praxis.
different-old-title = Die Schlüssel der Praxis sind abgelaufen.
different-old-text = Stimmt das Datum Ihres Geräts? Dann muss die Praxis einmal ihre Seite öffnen.
different-elsewhere-text = Sie wurden in ein anderes Wartezimmer geschickt. Wir konnten nicht prüfen, ob das von der Praxis kommt.
different-nothing = Ihr Name wurde nicht gesendet.
different-ask = Rufen Sie die Praxis an. Bitten Sie um einen <strong>neuen Link</strong>.
lock-ask-words = Um sicher zu sein, bitten Sie die Praxis, Wörter mit Ihnen zu vergleichen.

# Nachrichten beim Warten
note-title = Nachrichten
note-write = Der Praxis schreiben
note-answer = Antwort schreiben
note-unverified = Sie sind ohne den ganzen Link der Praxis hier. Darum können wir nicht prüfen, wer das schreibt.
note-came = Nachricht von { $name }: { $text }
note-not-sent = Ihre Nachricht ist nicht gesendet. Bitte versuchen Sie es noch einmal.

# Something to look at while waiting
p3-show-picture = Ein Bild der Praxis
p3-show-video = Ein Video der Praxis
p3-show-sheet = Ein Blatt der Praxis
p3-show-read = Das Blatt der Praxis lesen
p3-show-close = Das Blatt schließen
p3-show-failed = Es ließ sich nicht öffnen. Ihr Platz bleibt.

# To be written to when it is one's turn
p3-tell = Sagen Sie mir, wenn ich dran bin
p3-tell-text = Sie können Ihr Handy bis zu einer Stunde weglegen. Wir schreiben Ihnen einmal.
p3-tell-to-mail = Ihre E-Mail-Adresse
p3-tell-to-sms = Ihre Handynummer
p3-tell-to-both = Ihre E-Mail-Adresse oder Handynummer
p3-tell-hint = Wir nutzen sie für diese eine Nachricht, dann ist sie vergessen. Der Server sieht sie, und auch, wer die Nachricht zustellt.
p3-tell-wrong-mail = Bitte schreiben Sie die ganze E-Mail-Adresse, zum Beispiel maria@example.org.
p3-tell-wrong-sms = Bitte schreiben Sie die ganze Handynummer, zum Beispiel +49 170 1234567.
p3-tell-wrong-both = Bitte schreiben Sie die ganze E-Mail-Adresse oder Handynummer.
p3-tell-many = Gerade bitten viele darum. Bitte versuchen Sie es in einer Minute noch einmal.
p3-tell-send = Dann schreiben Sie mir
p3-tell-set = Wir schreiben Ihnen einmal.
p3-tell-set-text = Sie können Ihr Handy jetzt sperren. Bitte schließen Sie diese Seite nicht.
p3-tell-off = Schreiben Sie mir nicht
