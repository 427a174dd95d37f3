# Words that both roles use.

app-name = Anteroom
language = Sprache
close = Schließen
cancel = Abbrechen
call-phone = { $phone } anrufen
help = Hilfe
you = Sie

# Devices
microphone = Mikrofon
camera = Kamera
speaker = Lautsprecher
blur = Meinen Hintergrund unscharf machen
blur-hint = Das macht Ihr eigenes Gerät. Niemand sieht Ihr Zimmer genau.

# The call bar. The label says the state; the name for screen readers adds what a touch does.
bar-call = Gespräch
bar-mute = Ton aus
bar-muted = Stumm
bar-muted-hint = . Ihren Ton einschalten
bar-camera = Kamera
bar-camera-hint = { " " }ist an. Ausschalten
bar-camera-off = Kamera aus
bar-camera-off-hint = . Einschalten
bar-chat = Chat
bar-new = { $count ->
    [one] { $count } neue Nachricht
   *[other] { $count } neue Nachrichten
}
bar-leave = Verlassen
call-time = Gesprächsdauer

# Chat
chat-title = Chat
chat-log = Nachrichten
chat-write = Nachricht schreiben
chat-send = Senden
chat-close = Chat schließen
chat-empty = Es gibt noch keine Nachrichten.
chat-not-sent = Nicht gesendet. Sie sind nicht verbunden.
chat-alone = Noch kann niemand Nachrichten lesen. Bitte warten Sie einen Moment.
chat-by = { $name }, { $time } Uhr

# Live text: letter by letter
live-button = Live-Text
live-title = Live-Text
live-by = { $name }:
live-write = Schreiben: andere sehen jeden Buchstaben sofort
live-close = Live-Text schließen
live-answer = Auch Live-Text schreiben
live-begun = { $name } schreibt Live-Text.

# Sign language: movement before sharpness
sign-button = Gebärdensprache
sign-is-on = Gebärdensprache ist an
sign-mark = Gebärdensprache
sign-text = Bewegung vor Schärfe, auf beiden Seiten: Gebärden bleiben flüssig, auch bei langsamer Verbindung.
sign-on-by = { $name } hat den Modus für Gebärdensprache eingeschaltet.
sign-off-by = { $name } hat den Modus für Gebärdensprache ausgeschaltet.

# Files.
files-title = Dateien
files-send = Datei senden
files-turned-away = { $count ->
    [one] Eine Datei war zu viel auf einmal. Bitte senden Sie sie später.
   *[other] { $count } Dateien waren zu viel auf einmal. Bitte senden Sie sie später.
  }
file-nameless = Datei
file-coming-soon = Eine Datei kommt
file-locked = Wartet auf ihren Schlüssel.
file-waiting = { $size }. Wartet, bis sie an der Reihe ist.
file-preparing = { $size }. Wird vorbereitet.
file-offering = { $size }. Wird gleich gesendet.
file-sending = { $size }. { $percent } % gesendet.
file-stored = { $size }. Gesendet. { $name } hat sie noch nicht.
file-delivered = { $size }. { $name } hat sie.
file-offered = { $size }. Von { $name }.
file-coming = { $size }. { $percent } % empfangen.
file-checking = { $size }. Wird geprüft.
file-here = { $size }. Von { $name }. Speichern Sie sie, wenn Sie sie behalten möchten.
file-deletes = Der Server löscht sie in { $time }.
file-deleted = Der Server hat sie gelöscht.
file-why-sent = { $name } hat sie. Der Server hat nichts behalten.
file-why-taken_back-by-you = Sie haben sie zurückgezogen.
file-why-taken_back-by-them = { $name } hat sie zurückgezogen.
file-why-declined-by-you = Sie wollten sie nicht.
file-why-declined-by-them = { $name } wollte sie nicht.
file-why-deleted = Ihre Zeit ist um. Der Server hat sie gelöscht.
file-why-changed = Sie kam nicht so an, wie sie gesendet wurde. Sie wird nicht gezeigt. Bitte fragen Sie noch einmal danach.
file-why-unreadable = Ihr Gerät konnte sie nicht lesen.
file-why-too_large = Sie ist zu groß.
file-why-full = Für weitere Dateien ist gerade kein Platz. Bitte versuchen Sie es in einigen Minuten noch einmal.
file-why-visit_over = Die Sprechstunde ist zu Ende.
file-why-failed = Das hat nicht geklappt. Bitte senden Sie sie noch einmal.
file-danger-runs = Vorsicht: Diese Datei kann ein Programm starten. Öffnen Sie sie nur, wenn Sie sie erwarten.
file-danger-disguised = Vorsicht: Diese Datei ist nicht das, was ihr Name sagt.
file-save = Speichern
file-take = Empfangen
file-decline = Nein, danke
file-cancel = Abbrechen
file-take-back = Zurückziehen
receipts-save = Nachweis der Löschung speichern
receipts-file = Loeschnachweise.jsonl

# Tiles
tile-of = Video von { $name }
tile-muted = { $name }, stumm
tile-camera-off = { $name } hat die Kamera ausgeschaltet.
tile-coming = { $name } kommt gleich.
tile-self = Ihr eigenes Kamerabild
tile-self-off = Ihre Kamera ist aus
tile-speaks = { $name } spricht
tile-screen = Bildschirm von { $name }
tile-people = Personen im Gespräch

# Sharing a screen
share-begin = Bildschirm zeigen
share-stop = Nicht mehr zeigen
share-own = Sie zeigen Ihren Bildschirm.
share-theirs = { $name } zeigt einen Bildschirm.
share-failed = Ihr Bildschirm konnte nicht gezeigt werden.

# Sharpness of the truth
lock-short-waiting = Schlüssel …
lock-short-clear = Unverschlüsselt
lock-long-waiting = Schlüssel werden ausgetauscht
lock-long-clear = Nicht von Ende zu Ende verschlüsselt
lock-title = Ist dieses Gespräch sicher?
lock-text-1 = Ton und Bild sind von Ihrem Gerät bis zum anderen verschlüsselt.
lock-text-2 = Der Server der Praxis gibt sie weiter. Er bekommt die Schlüssel nicht.
lock-text-4 = Nachrichten und Dateien sind genauso verschlüsselt. Der Server zeichnet nichts auf.
lock-text-waiting = Beide Geräte tauschen ihre Schlüssel aus. Bis dahin senden sie weder Ton noch Bild.
lock-text-clear = Ein Gerät ist im Gespräch. Was es sendet, könnte der Server sehen und hören.
lock-short-link = Geprüft
lock-short-code = Geprüft
lock-short-referral = Geprüft
lock-short-words = Geprüft
lock-short-name = Verschlüsselt
lock-short-unverified = Nicht geprüft
lock-long-link = Verschlüsselt, durch Ihren Link geprüft
lock-long-code = Verschlüsselt, durch Code geprüft
lock-long-referral = Verschlüsselt, durch Ihre Praxis geprüft
lock-long-words = Verschlüsselt, durch Wörter geprüft
lock-long-name = Von Ende zu Ende verschlüsselt
lock-long-unverified = Verschlüsselt, nicht geprüft
lock-text-link = Ihr Link enthält den Schlüssel der Praxis. Nur diese Praxis sieht und hört Sie.
lock-text-code = Sie haben den Code der Praxis eingegeben. Nur diese Praxis sieht und hört Sie.
lock-text-referral = Die Praxis, die Sie kennen, hat Sie hierher geschickt und steht für diese ein.
lock-text-words = Sie haben die Wörter miteinander verglichen. Niemand ist dazwischen.
lock-text-name = Nur das Gerät, das diesen Namen geschrieben hat, sieht und hört Sie. Wer es ist, erkennen Sie am Gesicht.
lock-text-unverified = Die Schlüssel hat noch niemand geprüft. Der Server könnte sie vertauscht haben.
tile-keyless = Sieht und hört nichts
tile-clear = Nicht gezeigt: unverschlüsselt

# Words that both read to each other
words-title = Vier Wörter vergleichen
words-wait = Die Wörter kommen gleich.
words-read = Lesen Sie einander diese Wörter vor, Sie und { $name }:
words-ask = Sind alle vier gleich?
words-same = Sie sind gleich
words-other = Sie sind es nicht
words-same-say = Gut. Niemand ist dazwischen.
words-other-say = Vielleicht ist jemand dazwischen und hört mit.
words-other-do = Sagen Sie hier nichts Privates. Beenden Sie das Gespräch und telefonieren Sie.

# A consent form that is a PDF
form-page = Seite { $page } von { $pages }
form-larger = Größer zeigen
form-smaller = Wieder kleiner zeigen

# Wie der Anruf läuft
quality-good = Ihre Verbindung ist gut.
quality-tcp = Ihre Verbindung ist gut. Ihr Netz sperrt den direkten Weg (UDP), darum nimmt der Anruf einen Umweg (TCP).
quality-lossy = Ihre Verbindung verliert Teile des Gesprächs. Gehen Sie näher an Ihr WLAN, wenn es geht.
quality-slow = Ihre Verbindung antwortet langsam. Lassen Sie den anderen ausreden.
quality-narrow = Ihre Verbindung ist schwach. Ihr Bild ist für den anderen vielleicht unscharf.
quality-theirs = Die Verbindung der anderen Person ist schwach. Sie müssen nichts tun.
quality-short-good = Verbindung gut
quality-short-tcp = Verbindung gut (TCP)
quality-short-lossy = Verbindung schwach
quality-short-slow = Verbindung langsam
quality-short-narrow = Verbindung schwach
quality-short-theirs = Andere Seite schwach
small-window = Kleines Fenster
small-window-failed = Der Browser kann jetzt kein kleines Fenster öffnen.
