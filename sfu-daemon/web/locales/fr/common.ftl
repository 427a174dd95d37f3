# Words that both roles use.

app-name = Anteroom
language = Langue
close = Fermer
cancel = Annuler
call-phone = Appeler le { $phone }
help = Aide
you = Vous

# Devices
microphone = Microphone
camera = Caméra
speaker = Haut-parleur

# The call bar. The label says the state; the name for screen readers adds what a touch does.
bar-call = Appel
bar-mute = Micro
bar-muted = Micro coupé
bar-muted-hint = . Remettre votre son
bar-camera = Caméra
bar-camera-hint = { " " }allumée. L’éteindre
bar-camera-off = Caméra éteinte
bar-camera-off-hint = . L’allumer
bar-chat = Messages
bar-new = { $count ->
    [one] { $count } nouveau message
   *[other] { $count } nouveaux messages
}
bar-leave = Quitter
call-time = Durée de l’appel

# Chat
chat-title = Messages
chat-log = Messages
chat-write = Écrire un message
chat-send = Envoyer
chat-close = Fermer les messages
chat-empty = Il n’y a pas encore de message.
chat-not-sent = Non envoyé. Pas de connexion.
chat-alone = Personne ne peut encore lire les messages. Attendez un instant.
chat-by = { $name }, { $time }

# Tiles
tile-of = Vidéo de { $name }
tile-muted = { $name }, micro coupé
tile-camera-off = { $name } a éteint la caméra.
tile-coming = { $name } arrive.
tile-self = L’image de votre caméra
tile-self-off = Votre caméra est éteinte
tile-speaks = { $name } parle
tile-screen = Écran de { $name }
tile-people = Personnes dans l’appel

# Sharing a screen
share-begin = Montrer l’écran
share-stop = Ne plus montrer
share-own = Vous montrez votre écran.
share-theirs = { $name } montre un écran.
share-failed = Votre écran n’a pas pu être montré.

# Sharpness of the truth
lock-short-waiting = Clés …
lock-short-sealed = Chiffré
lock-short-clear = Non chiffré
lock-long-waiting = Échange des clés en cours
lock-long-sealed = Chiffré de bout en bout, non vérifié
lock-long-clear = Non chiffré de bout en bout
lock-title = Cet appel est-il sûr ?
lock-text-1 = Le son et l’image sont chiffrés de votre appareil jusqu’à l’autre.
lock-text-2 = Le serveur du cabinet les transmet. Il ne reçoit pas les clés.
lock-text-3 = Personne n’a encore vérifié les clés. Le serveur pourrait les avoir échangées.
lock-text-4 = Les messages et les fichiers sont chiffrés de la même façon. Le serveur n’enregistre rien.
lock-text-waiting = Les deux appareils échangent leurs clés. D’ici là, ils n’envoient ni son ni image.
lock-text-clear = Un appareil participe à l’appel. Le serveur pourrait voir et entendre ce qu’il envoie.
