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
chat-by = { $name }, { $time } Uhr

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
lock-short = Verschlüsselt
lock-long = Auf dem Weg verschlüsselt
lock-title = Ist dieses Gespräch sicher?
lock-text-1 = Ton, Bild und Chat sind auf dem Weg verschlüsselt.
lock-text-2 = Sie laufen über den Server der Praxis. Keine andere Firma ist dazwischen.
lock-text-3 = Der Server könnte sie sehen. Er zeichnet nichts auf und behält nichts.
