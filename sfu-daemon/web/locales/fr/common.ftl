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
blur = Flouter ce qui est derrière moi
blur-hint = Votre propre appareil le fait. Personne ne voit nettement votre pièce.

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

# Live text: letter by letter
live-button = Texte direct
live-title = Texte en direct
live-by = { $name } :
live-write = Écrivez : chaque lettre se voit tout de suite
live-close = Fermer le texte en direct
live-answer = Écrire aussi en direct
live-begun = { $name } écrit en direct.

# Sign language: movement before sharpness
sign-button = Langue des signes
sign-is-on = Langue des signes : activée
sign-mark = Langue des signes
sign-text = Le mouvement avant la netteté, des deux côtés : les signes restent fluides même si la connexion est lente.
sign-on-by = { $name } a activé le mode langue des signes.
sign-off-by = { $name } a désactivé le mode langue des signes.

# Files.
files-title = Fichiers
files-send = Envoyer un fichier
files-turned-away = { $count ->
    [one] Un fichier était de trop à la fois. Envoyez-le plus tard.
   *[other] { $count } fichiers étaient de trop à la fois. Envoyez-les plus tard.
  }
file-nameless = Fichier
file-coming-soon = Un fichier arrive
file-locked = Attend sa clé.
file-waiting = { $size }. Attend son tour.
file-preparing = { $size }. En préparation.
file-offering = { $size }. Va être envoyé.
file-sending = { $size }. { $percent } % envoyés.
file-stored = { $size }. Envoyé. { $name } ne l’a pas encore.
file-delivered = { $size }. { $name } l’a reçu.
file-offered = { $size }. De { $name }.
file-coming = { $size }. { $percent } % reçus.
file-checking = { $size }. En cours de vérification.
file-here = { $size }. De { $name }. Enregistrez-le si vous voulez le garder.
file-deletes = Le serveur l’efface dans { $time }.
file-deleted = Le serveur l’a effacé.
file-why-sent = { $name } l’a reçu. Le serveur n’a rien gardé.
file-why-taken_back-by-you = Vous l’avez retiré.
file-why-taken_back-by-them = { $name } l’a retiré.
file-why-declined-by-you = Vous n’en vouliez pas.
file-why-declined-by-them = { $name } n’en voulait pas.
file-why-deleted = Son temps est écoulé. Le serveur l’a effacé.
file-why-changed = Il n’est pas arrivé tel qu’il a été envoyé. Il n’est pas montré. Demandez-le encore une fois.
file-why-unreadable = Votre appareil n’a pas pu le lire.
file-why-too_large = Il est trop grand.
file-why-full = Il n’y a plus de place pour des fichiers. Réessayez dans quelques minutes.
file-why-visit_over = La consultation est terminée.
file-why-failed = Cela n’a pas marché. Envoyez-le encore une fois.
file-danger-runs = Attention : ce fichier peut lancer un programme. Ouvrez-le seulement si vous l’attendez.
file-danger-disguised = Attention : ce fichier n’est pas ce que dit son nom.
file-save = Enregistrer
file-take = Recevoir
file-decline = Non, merci
file-cancel = Annuler
file-take-back = Retirer
receipts-save = Enregistrer la preuve d’effacement
receipts-file = preuves.jsonl

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
lock-short-clear = Non chiffré
lock-long-waiting = Échange des clés en cours
lock-long-clear = Non chiffré de bout en bout
lock-title = Cet appel est-il sûr ?
lock-text-1 = Le son et l’image sont chiffrés de votre appareil jusqu’à l’autre.
lock-text-2 = Le serveur du cabinet les transmet. Il ne reçoit pas les clés.
lock-text-4 = Les messages et les fichiers sont chiffrés de la même façon. Le serveur n’enregistre rien.
lock-text-waiting = Les deux appareils échangent leurs clés. D’ici là, ils n’envoient ni son ni image.
lock-text-clear = Un appareil participe à l’appel. Le serveur pourrait voir et entendre ce qu’il envoie.
lock-short-link = Vérifié
lock-short-code = Vérifié
lock-short-referral = Vérifié
lock-short-words = Vérifié
lock-short-name = Chiffré
lock-short-unverified = Non vérifié
lock-long-link = Chiffré, vérifié par votre lien
lock-long-code = Chiffré, vérifié par code
lock-long-referral = Chiffré, vérifié par votre cabinet
lock-long-words = Chiffré, vérifié par des mots
lock-long-name = Chiffré de bout en bout
lock-long-unverified = Chiffré, non vérifié
lock-text-link = Votre lien porte la clé du cabinet. Seul ce cabinet vous voit et vous entend.
lock-text-code = Vous avez tapé le code du cabinet. Seul ce cabinet vous voit et vous entend.
lock-text-referral = Le cabinet que vous connaissez vous a envoyé ici et répond de celui-ci.
lock-text-words = Vous avez comparé les mots ensemble. Personne n’est entre vous.
lock-text-name = Seul l’appareil qui a écrit ce nom vous voit et vous entend. Qui c’est, vous le savez par le visage.
lock-text-unverified = Personne n’a encore vérifié les clés. Le serveur pourrait les avoir échangées.
tile-keyless = Ne voit et n’entend rien
tile-clear = Non montré : pas chiffré

# Words that both read to each other
words-title = Comparer quatre mots
words-wait = Les mots arrivent.
words-read = Lisez-vous ces mots l’un à l’autre, vous et { $name } :
words-ask = Les quatre sont-ils les mêmes ?
words-same = Ils sont les mêmes
words-other = Non
words-same-say = Bien. Personne n’est entre vous.
words-other-say = Quelqu’un est peut-être entre vous et écoute.
words-other-do = Ne dites rien de privé ici. Terminez l’appel et parlez au téléphone.

# A consent form that is a PDF
form-page = Page { $page } sur { $pages }
form-larger = Agrandir
form-smaller = Remettre en petit

# Comment va l’appel
quality-good = Votre connexion est bonne.
quality-tcp = Votre connexion est bonne. Votre réseau bloque le chemin direct (UDP), l’appel passe donc par un détour (TCP).
quality-lossy = Votre connexion perd des parties de l’appel. Approchez-vous de votre box si possible.
quality-slow = Votre connexion répond lentement. Laissez l’autre personne finir de parler.
quality-narrow = Votre connexion est faible. Votre image peut être floue pour l’autre personne.
quality-theirs = La connexion de l’autre personne est faible. Vous n’avez rien à faire.
quality-short-good = Bonne connexion
quality-short-tcp = Bonne connexion (TCP)
quality-short-lossy = Connexion faible
quality-short-slow = Connexion lente
quality-short-narrow = Connexion faible
quality-short-theirs = L’autre côté est faible
small-window = Petite fenêtre
small-window-failed = Le navigateur ne peut pas ouvrir de petite fenêtre maintenant.
