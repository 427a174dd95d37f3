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
