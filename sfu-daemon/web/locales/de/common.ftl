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
lock-short-sealed = Verschlüsselt
lock-short-clear = Unverschlüsselt
lock-long-waiting = Schlüssel werden ausgetauscht
lock-long-sealed = Von Ende zu Ende verschlüsselt, nicht geprüft
lock-long-clear = Nicht von Ende zu Ende verschlüsselt
lock-title = Ist dieses Gespräch sicher?
lock-text-1 = Ton und Bild sind von Ihrem Gerät bis zum anderen verschlüsselt.
lock-text-2 = Der Server der Praxis gibt sie weiter. Er bekommt die Schlüssel nicht.
lock-text-3 = Die Schlüssel hat noch niemand geprüft. Der Server könnte sie vertauscht haben.
lock-text-4 = Nachrichten und Dateien sind genauso verschlüsselt. Der Server zeichnet nichts auf.
lock-text-waiting = Beide Geräte tauschen ihre Schlüssel aus. Bis dahin senden sie weder Ton noch Bild.
lock-text-clear = Ein Gerät ist im Gespräch. Was es sendet, könnte der Server sehen und hören.
