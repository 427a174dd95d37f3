# The patient's page. A2: one idea, one sentence, at most 14 words, polite. Strong marks the words of a button or menu.

# Everywhere
practice = Cabinet
the-practice = le cabinet
the-practice-first = Le cabinet
help-by-phone = Aide par téléphone : { $phone }
call-practice = Appeler le cabinet
message-from-practice = Message du cabinet
keep-place = Vous gardez votre place.
try-again = Réessayer
try-now = Essayer maintenant
check-in-again = Se réinscrire
name-deleted = Le serveur a effacé votre nom.
presence-open = Ouvert
presence-busy = Avec une autre personne
presence-busy-guest = En consultation
presence-away = Absent un moment
presence-closed = Fermé maintenant
presence-not-connected = Pas de connexion

# Title of the tab
tab-checked-in = Inscription faite · { $place }
tab-waiting = { $position ->
    [0] En attente
   *[other] ({ $position }) En attente
} · { $place }
tab-turn = C’est à vous · { $place }
tab-call = Appel · { $who }
tab-held = En pause · { $place }
tab-offline = Pas de connexion depuis { $time } · { $place }
tab-over = Visite terminée · { $place }

# Opening
opening-title = Nous ouvrons la salle d’attente.
opening-text = Cela prend un instant.

# P0: check in
p0-title = Bienvenue. Merci de nous dire votre nom.
p0-guest-title = Vous êtes invité à une consultation vidéo.
p0-guest-text = { $who } vous fera entrer. Avant cela, personne ne vous voit ni ne vous entend.
p0-name = Votre nom
p0-name-empty = Merci d’écrire votre nom ici.
p0-name-refused = Ce nom est trop long. Merci de l’écrire plus court.
p0-check-in = Entrer en salle d’attente
p0-checking-in = Inscription …
p0-no-app = Pas besoin d’application ni de compte.
p0-who-sees = Seul le cabinet voit votre nom.
p0-no-record = Nous n’enregistrons rien. Nous ne gardons rien.
p0-open = { $waiting ->
    [0] Ouvert. Personne n’attend.
    [one] Ouvert. { $waiting } personne attend.
   *[other] Ouvert. { $waiting } personnes attendent.
}
p0-place-lost = Nous ne trouvons plus votre place. Merci de vous réinscrire.
p0-too-many = Beaucoup de personnes s’inscrivent. Nous réessayons dans 20 secondes.
p0-emergency = C’est une urgence ? Appelez le 112.
p0-closed-title = La salle d’attente est fermée.
p0-closed-text = Vous pourrez utiliser le même lien plus tard.
p0-passcode = Mot de passe du cabinet
p0-passcode-hint = Le cabinet vous a donné ce mot ou ce nombre.
p0-passcode-wrong = Ce mot de passe n’est pas le bon. Vérifiez-le, ou appelez le cabinet.
p0-link-used = Ce lien sert une seule fois. Il a déjà servi ou il est trop ancien. Demandez-en un autre au cabinet.
p0-invited-title = Il vous faut un lien pour votre visite.
p0-invited-text = Le cabinet vous envoie un lien pour chaque visite. Ouvrez ce lien.
p0-closed-opens = Elle rouvre <strong>{ $day } à { $time }</strong>. Le même lien servira alors.
p0-closed-zone = Ce sont les heures de { $place }.
p0-hours = Heures d’ouverture
p0-hours-days = De { $from } à { $to }
p0-hours-time = de { $from } à { $to }
p0-full-title = La salle d’attente est pleine.
p0-full-text = Laissez cette page ouverte. Elle vous dit quand une place se libère.
p0-draining-title = Le serveur du cabinet redémarre.
p0-draining-text = Vous pourrez vous inscrire dans quelques minutes.

# P1 and P2: camera and sound
steps = Étapes
step-checked-in = Inscription faite
step-set-up = Caméra et son
step-waiting = Salle d’attente
p1-title = Votre place est prise. Maintenant votre caméra.
p1-text = Votre navigateur va poser une question. Choisissez <strong>Autoriser</strong>.
p1-turn-on = Allumer la caméra et le son
p1-asking = Choisissez « Autoriser » …
p1-without-camera = Continuer sans caméra
p1-nobody-sees = Personne ne vous voit encore. { $who } vous verra au début de la visite.
p1-picture = Image de la question du navigateur. Le bouton Autoriser est marqué.
p1-picture-wants = { $host } veut
p1-picture-camera = utiliser la caméra
p1-picture-microphone = utiliser le micro
p1-picture-block = Bloquer
p1-picture-allow = Autoriser
p2-title = Voyez-vous et entendez-vous bien ?
p2-only-you = Pour vous seulement
p2-no-camera = Pas d’image
p2-hear-music = Entendez-vous la musique ?
p2-hear-ask = Touchez le haut-parleur. Nous jouons un son.
p2-hear-yes = Vous entendez bien.
p2-hear-no = Montez le son. Retirez le casque. Puis réessayez.
p2-play = Jouer le son
p2-yes = Oui, j’entends
p2-no = Non
p2-say-hello = Dites « bonjour »
p2-no-microphone = Pas de son de vous
p2-microphone-unknown = La barre bouge quand vous parlez.
p2-microphone-works = La barre bouge. Nous vous entendons.
p2-microphone-silent = Nous n’entendons rien. Le micro est-il couvert ou éteint ?
p2-microphone-denied = Le navigateur le bloque. Vous pourrez écrire des messages.
p2-microphone-absent = Nous n’en trouvons pas. Vous pourrez écrire des messages.
p2-microphone-busy = Un autre programme l’utilise.
p2-microphone-skipped = Vous continuez sans son. Vous pourrez écrire des messages.
p2-camera-unknown = L’image arrive.
p2-camera-works = Elle marche. Votre visage est-il dans l’image ?
p2-camera-silent = L’image arrive.
p2-camera-denied = Le navigateur la bloque.
p2-camera-absent = Nous n’en trouvons pas.
p2-camera-busy = Un autre programme l’utilise.
p2-camera-skipped = Vous continuez sans caméra.
p2-level-none = Niveau du micro : rien
p2-level-good = Niveau du micro : bon
p2-flip = Utiliser l’autre caméra
p2-works = Marche
p2-network-running = Nous essayons votre connexion Internet
p2-network-running-text = Cela prend une dizaine de secondes. Vous n’avez pas besoin d’attendre.
p2-network-good = Votre connexion Internet est bonne
p2-network-good-text = Le son et l’image passent bien.
p2-network-tcp = Votre connexion passe par un détour
p2-network-tcp-text = Le son et l’image passent. Ils peuvent arriver un peu en retard.
p2-network-lossy = Votre connexion perd des parties de l’appel
p2-network-lossy-text = Des mots peuvent être coupés. Approchez-vous de votre box. Ou coupez le wifi de votre téléphone.
p2-network-slow = Votre connexion répond lentement
p2-network-slow-text = Laissez l’autre personne finir de parler. Approchez-vous de votre box si possible.
p2-network-narrow = Votre connexion est faible
p2-network-narrow-text = On vous entendra. L’image peut être floue. Arrêtez les autres vidéos et téléchargements à la maison.
p2-network-blocked = Ni le son ni l’image ne passent
p2-network-blocked-text = Votre réseau bloque les appels vidéo. Coupez le wifi de votre téléphone, ou prenez un autre wifi. Ou appelez le cabinet.
p2-network-failed = Nous n’avons pas pu essayer votre connexion
p2-network-failed-text = Vous pouvez tout de même avoir votre appel.
p2-network-again = Essayer encore
p2-done = Aller en salle d’attente
p2-back = Retour en salle d’attente

# A device does not open
blocked-camera-denied-title = Votre caméra est bloquée.
blocked-camera-denied-text = C’est facile à changer.
blocked-microphone-denied-title = Votre micro est bloqué.
blocked-microphone-denied-text = C’est facile à changer.
blocked-both-denied-title = Votre caméra et votre micro sont bloqués.
blocked-both-denied-text = C’est facile à changer.
blocked-camera-absent-title = Nous ne trouvons pas de caméra.
blocked-camera-absent-text = Vous pouvez continuer avec le son seul.
blocked-microphone-absent-title = Nous ne trouvons pas de micro.
blocked-microphone-absent-text = Vous pouvez continuer et écrire des messages.
blocked-camera-busy-title = Un autre programme utilise votre caméra.
blocked-camera-busy-text = Fermez l’autre programme. Puis réessayez.
blocked-microphone-busy-title = Un autre programme utilise votre micro.
blocked-microphone-busy-text = Fermez l’autre programme. Puis réessayez.
blocked-without-microphone = Continuer sans micro
blocked-without-both = Continuer sans caméra ni son
steps-ios-1 = Touchez le <strong>menu de la page</strong> près de l’adresse.
steps-ios-2 = Touchez les <strong>trois points</strong>. Puis <strong>Réglages du site web</strong>.
steps-ios-3 = Réglez <strong>Caméra</strong> et <strong>Micro</strong> sur <strong>Autoriser</strong>.
steps-android-1 = Touchez le <strong>signe à gauche de l’adresse</strong>.
steps-android-2 = Choisissez <strong>Autorisations</strong>.
steps-android-3 = Réglez <strong>Caméra</strong> et <strong>Micro</strong> sur <strong>Autoriser</strong>.
steps-computer-chrome-1 = Cliquez sur le <strong>signe à gauche de l’adresse</strong>.
steps-computer-chrome-2 = Activez <strong>Caméra</strong> et <strong>Micro</strong>.
steps-computer-chrome-3 = Revenez ici. Cliquez sur <strong>Réessayer</strong>.
steps-computer-firefox-1 = Cliquez sur la <strong>caméra barrée</strong> à gauche de l’adresse.
steps-computer-firefox-2 = Cliquez sur le <strong>x</strong> près de <strong>Bloqué</strong>.
steps-computer-firefox-3 = Revenez ici. Cliquez sur <strong>Réessayer</strong>.
steps-computer-safari-1 = Ouvrez le menu <strong>Safari</strong> en haut.
steps-computer-safari-2 = Choisissez <strong>Réglages pour ce site web</strong>.
steps-computer-safari-3 = Réglez <strong>Caméra</strong> et <strong>Micro</strong> sur <strong>Autoriser</strong>.
steps-system-phone-1 = Ouvrez les <strong>réglages</strong> du téléphone.
steps-system-phone-2 = Cherchez <strong>votre navigateur</strong> dans les applications.
steps-system-phone-3 = Autorisez la caméra et le micro. Puis revenez ici.
steps-system-computer-1 = Ouvrez les <strong>réglages</strong> de l’ordinateur.
steps-system-computer-2 = Choisissez <strong>Confidentialité</strong>. Puis <strong>Caméra</strong> et <strong>Micro</strong>.
steps-system-computer-3 = Autorisez votre navigateur. Puis revenez ici.

# P3: waiting. $place selects the ordinal form, $count is the number.
p3-title = { $who } sait que vous êtes là.
p3-text = Vous n’avez rien à faire. Nous vous appelons à votre tour.
p3-title-away = { $who } s’absente un moment.
p3-text-away = Nous gardons votre place.
p3-closed-inside = La salle est maintenant fermée pour les autres. On vous reçoit encore.
p3-place = Votre place
p3-place-is = { $count ->
    [1] Bientôt à vous
   *[other] { $count }e
}
p3-place-now = { $count ->
    [1] C’est bientôt à vous.
   *[other] Votre place est maintenant le numéro { $count }.
}
p3-waited = Vous attendez depuis
p3-minutes = { $minutes } min
p3-lock = Vous pouvez verrouiller le téléphone un moment. Nous gardons votre place.
p3-bell = Pour entendre la sonnette, laissez cette page ouverte.
p3-check-again = Revérifier la caméra et le son
p3-leave = Quitter la salle d’attente
draining-waiting = Le serveur du cabinet redémarre bientôt. Laissez cette page ouverte.

# On hold
held-title = { $who } revient vers vous.
held-text = Votre visite est en pause. Restez ici.
held-pill = En pause
held-nobody = Personne ne vous voit ni ne vous entend.
held-leave = Quitter la visite

# Not connected
offline-title = Il n’y a pas de connexion.
offline-trying = Nous réessayons sans cesse.
offline-trying-place = Nous réessayons sans cesse. Le cabinet garde votre place un moment.
offline-check = Vérifiez votre connexion internet.
offline-place-was = À { $time }, votre place était le numéro { $count }. Maintenant nous ne la savons pas.
offline-place-unknown = Nous ne savons pas ce que le cabinet voit maintenant.
offline-wifi = Le Wi-Fi est-il allumé ? Ou activez les données mobiles.
offline-nearer = Approchez-vous de votre box Wi-Fi.
online-again = La connexion est revenue.

# P4: your turn
p4-title = C’est à vous.
p4-ready = { $who } vous attend.
p4-minute = Prenez votre temps. { $who } sait qu’il vous faut une minute.
p4-count = Vous entrez, avec caméra et son, dans
p4-count-sound = Vous entrez, sans caméra, dans
p4-go-in = Entrer maintenant
p4-going-in = Vous entrez …
p4-without-camera = Entrer sans caméra
p4-not-yet = Pas encore, une minute

# P5: the call
p5-title = Appel avec { $who }
p5-waiting-for = { $who } arrive.
p5-other-person = Une autre personne
p5-here = { $name } est là.
p5-gone = { $name } a quitté l’appel.
p5-clinician-lost = La connexion avec { $name } est coupée. Restez ici. Vous gardez votre place.
p3-back-in-line = Vous êtes de nouveau dans la file, à votre ancienne place.
p5-peer-muted = { $name } a coupé le micro.
p5-peer-unmuted = { $name } a remis le son.
p5-options = Plus : caméra, son, plein écran
p5-options-title = Caméra, son et écran
p5-no-choice = Il y a une seule caméra et un seul micro.
p5-full-screen = Plein écran oui ou non
p5-sound-blocked = Votre navigateur retient le son.
p5-hear-now = Mettre le son
p5-sound-stopped = Votre son s’est arrêté.
p5-sound-back = Remettre mon son
p5-camera-denied = Votre navigateur bloque la caméra. Vous pouvez continuer à parler.
p5-camera-absent = Nous ne trouvons pas de caméra. Vous pouvez continuer à parler.
p5-camera-busy = Un autre programme utilise la caméra. Fermez-le, puis touchez Caméra.
p5-microphone-denied = Votre navigateur bloque le micro. Vous pouvez écrire des messages.
p5-microphone-absent = Nous ne trouvons pas de micro. Vous pouvez écrire des messages.
draining-call = Le serveur du cabinet redémarre bientôt. Terminez votre visite.
reconnecting-title = Connexion perdue. Nous réessayons.
reconnecting-text = Patientez. Laissez cette page ouverte. La visite reprend ensuite.
reconnecting-since = Perdue depuis { $time }.

# P6: after
p6-title = Votre visite est terminée.
p6-title-lost = La connexion a manqué trop longtemps. La visite est terminée.
p6-text = Personne ne l’a enregistrée. Rien n’est gardé. En fermant cette page, tout disparaît.
p6-lasted = { $minutes ->
    [0] Votre visite a duré moins de 1 minute.
    [one] Votre visite a duré { $minutes } minute.
   *[other] Votre visite a duré { $minutes } minutes.
}
p6-go-back = Retourner dans la visite
p6-close = Vous pouvez fermer cette page.
p6-visit-over = La personne que vous accompagniez est partie. La visite est donc terminée pour vous aussi.
back-until = Vous pouvez revenir jusqu’à { $time }. Vous gardez votre place.
left-title = Vous avez quitté la salle d’attente.
left-text = Vous pouvez revenir ou fermer cette page.
left-back = Retourner à ma place
expired-title = Votre absence a duré trop longtemps.
expired-text = Vous n’avez plus de place. Merci de vous réinscrire.
removed-title = Vous n’êtes plus dans la salle d’attente.
removed-text = Le cabinet a mis fin à votre place à { $time }.

# Nothing to do here
wrong-link-title = Nous ne trouvons pas cette salle d’attente.
wrong-link-text = Le lien n’est pas complet, ou il est trop ancien.
wrong-link-open = Ouvrez de nouveau le lien dans votre message ou e-mail.
wrong-link-call = Ou appelez le cabinet. Il vous envoie un nouveau lien.
guest-over-title = Ce lien ne mène plus à aucun appel.
guest-over-text = Il a déjà été utilisé, ou la consultation est terminée. Demandez-en un nouveau au cabinet.
outdated-title = Cette page est trop ancienne.
outdated-text = Le cabinet a une nouvelle version. Rechargez la page.
outdated-reload = Recharger la page
garbled-title = Cette page ne comprend pas le serveur du cabinet.
garbled-text = Rechargez la page. Si cela revient, appelez le cabinet.
replaced-title = Votre place est ouverte dans une autre fenêtre.
replaced-text = Vous pouvez fermer cette page. Ou continuer ici.
replaced-here = Continuer ici
unsupported-title = Ce navigateur ne permet pas un appel sûr.
unsupported-text = Copiez le lien. Puis ouvrez-le dans { $browser }.
insecure-title = Cette adresse n’est pas protégée.
insecure-text = Caméra et son ne marchent que si le lien commence par https.
in-app-title = Merci d’ouvrir cette page dans { $browser }.
in-app-text = Vous avez ouvert le lien dans une autre application. La caméra n’y marche pas.
in-app-1 = Touchez ici <strong>Copier le lien</strong>.
in-app-2 = Ouvrez <strong>{ $browser }</strong>.
in-app-3 = Touchez la barre d’adresse. Choisissez <strong>Coller et accéder</strong>.
copy-link = Copier le lien
copied = Copié
copy-failed = Non copié. Copiez la barre d’adresse.

# What the server knows
knows-title = Ce que le serveur sait de vous
privacy-link = Tout ce que ce serveur garde
knows-everything = C’est tout. C’est en direct.
knows-nothing = Le serveur ne sait rien de vous maintenant.
knows-live = Lu dans la mémoire du serveur à { $time }.
knows-what-column = Quoi
knows-value-column = Ce que le serveur a
knows-until-column = Effacé
knows-details = Détails techniques
knows-none = rien
knows-yes = oui
knows-no = non
knows-bytes = { $bytes } octets. Les mots ne sont pas montrés ici.
knows-file-mine = De vous, { $size }, verrouillé
knows-file-theirs = Pour vous, { $size }, verrouillé
knows-since = depuis { $time }
knows-until-end = quand vous partez
knows-until-call = quand l’appel est fini
knows-until-forgotten = 20 minutes après la fin
knows-until-page = quand vous fermez cette page
knows-until-at = à { $time }
knows-until-log = Le numéro reste dans le journal. Votre nom n’y est pas.
knows-why = Pourquoi : { $why }
knows-erase = Tout effacer et partir
knows-erase-note = Vous perdez votre place. Vous pouvez vous annoncer à nouveau.
knows-erase-title = Tout effacer et partir ?
knows-erase-text = Un appel finit tout de suite. Vous perdez votre place. Les fichiers sont effacés aussi.
knows-erase-yes = Oui, tout effacer
knows-erase-no = Non, revenir
knows-erase-busy = Effacement …
knows-back = Retour
knows-what-name = Votre nom
knows-what-guest = Vous êtes l’invité de quelqu’un
knows-what-guests = Personnes invitées à être avec vous
knows-what-guest_links = Invitations que personne n’a utilisées
knows-what-name_sealed = Votre nom est verrouillé
knows-what-state = Votre visite
knows-what-position = Votre place dans la file
knows-what-checked_in_at = Votre arrivée à
knows-what-area = Salle d’attente
knows-what-language = Votre langue
knows-what-camera = Votre caméra
knows-what-microphone = Votre micro
knows-what-hears = Vous entendez le son d’essai
knows-what-network = Votre connexion, d’après l’essai
knows-what-echo = Votre connexion est à l’essai
knows-what-set_up_done = Caméra et son sont vérifiés
knows-what-connected = Vous êtes connecté
knows-what-lost_at = Connexion perdue depuis
knows-what-needs_a_minute = Vous avez demandé une minute
knows-what-staff = Qui vous a appelé
knows-what-went_in_at = Votre appel a commencé à
knows-what-deadline = Quelque chose se passe seul à
knows-what-reason = Message du cabinet
knows-what-file = Fichier
knows-what-messages = Messages
knows-what-notes = Messages verrouillés entre vous et le cabinet
knows-what-memo = Une note verrouillée du cabinet sur votre visite
knows-what-referral = Une note du cabinet qui vous a envoyé dans cette salle d’attente
knows-what-place = Code de votre place
knows-what-source = Code de votre adresse internet
knows-what-check_ins = Arrivées depuis votre adresse cette minute
knows-what-number = Numéro de votre visite
knows-what-handle = Nom au hasard de votre visite
knows-what-page = Numéro de cette page
knows-what-outbox = Messages en route vers cette page
knows-what-version = Changements de votre visite
knows-what-room = Numéro de votre appel
knows-what-rooms = Appels dont des fichiers sont ici
knows-what-gate = Son et image peuvent passer
knows-what-media = Connexion du son et de l’image, avec votre adresse internet
knows-what-media_session = Marque de cette connexion
knows-what-media_connected = Son et image sont connectés
knows-what-channel = Le chemin des messages et fichiers est ouvert
knows-what-screen_asked = Le cabinet a demandé à voir votre écran
knows-what-muted = Votre micro est coupé
knows-what-camera_off = Votre caméra est coupée
knows-what-speaking = Vous parlez maintenant
knows-what-tell_to = Où nous vous écrivons quand c’est votre tour
knows-what-told = Nous vous avons écrit que c’est votre tour
knows-what-layout = Images que votre page montre
knows-what-seal_hello = Clés publiques de votre page
knows-what-rates = Compteurs contre trop de demandes
knows-why-who = Le cabinet voit qui attend.
knows-why-line = Cela garde votre place.
knows-why-help = Le cabinet voit si vos appareils marchent.
knows-why-speak = Le cabinet sait quelle langue vous lisez.
knows-why-back = Vous pouvez revenir à votre place.
knows-why-call = Le son et l’image en ont besoin.
knows-why-files = L’autre personne peut le prendre.
knows-why-guard = Cela protège le serveur des abus.
knows-why-talk = Votre page et le serveur en ont besoin pour se parler.
knows-why-turn = Vous voulez savoir quand c’est votre tour.
knows-why-log = Le cabinet peut chercher des pannes du serveur.
knows-state-arriving = Vérification de la caméra et du son
knows-state-waiting = En attente
knows-state-away = Absent
knows-state-called = Appelé
knows-state-in_call = En appel
knows-state-held = En pause
knows-state-ended = Terminée
knows-state-removed = Retiré de la file
knows-state-expired = Absent trop longtemps
knows-device-unknown = pas vérifié
knows-device-works = marche
knows-device-denied = pas permis
knows-device-absent = absent
knows-device-busy = pris par un autre programme
knows-device-silent = on n’entend rien
knows-device-skipped = laissé de côté
erased-title = Tout est effacé.
erased-text = Le serveur ne sait plus rien de vous. Vous pouvez fermer cette page.
knows-address = Tant que cette page est ouverte, le serveur voit aussi votre adresse internet. Il ne la note pas.

# What a patient is asked once.
consent-once = On ne vous le demande qu’une fois. Vous pouvez changer votre réponse plus tard.
consent-yes = Oui, je suis d’accord
consent-no = Non
consent-file-title = Peut-on envoyer des fichiers pendant cette consultation ?
consent-file-text = Dans les deux sens. Ils sont chiffrés, le serveur ne peut pas les lire. Il efface chaque fichier après 15 minutes au plus.
consent-photo-title = Le cabinet peut-il vous demander une photo ?
consent-photo-text = Vous voyez chaque photo avant son envoi, et vous décidez alors.
consent-screen-title = Peut-on montrer votre écran pendant cette consultation ?
consent-screen-text = Vous choisissez ce qui est montré. Le cabinet voit tout, aussi les messages qui apparaissent. Fermez ce que personne ne doit voir. Vous pouvez arrêter à tout moment.
screen-asked = Le cabinet demande à voir votre écran.
files-blocked = Vous avez refusé les fichiers.
files-allow = Accepter les fichiers
answers-title = Vos réponses pendant cette consultation
answer-file-yes = Des fichiers peuvent être envoyés.
answer-file-no = Aucun fichier n’est envoyé.
answer-file-to-yes = Accepter les fichiers
answer-file-to-no = Plus de fichiers
answer-photo-yes = Le cabinet peut demander des photos.
answer-photo-no = Pas de photos.
answer-photo-to-yes = Accepter les photos
answer-photo-to-no = Plus de photos
answer-screen-yes = Votre écran peut être montré.
answer-screen-no = Votre écran n’est pas montré.
answer-screen-to-yes = Accepter de montrer mon écran
answer-screen-to-no = Ne plus l’accepter

# A photo that staff ask for
photo-file = Photo
photo-look-title = Votre caméra. Touchez le bouton pour une photo.
photo-look-text = Rien n’est encore envoyé. Ne bougez pas.
photo-look-picture = L’image de votre caméra
photo-shutter = Prendre la photo
photo-taking = Photo en cours …
photo-no = Pas de photo
photo-agree-title = Envoyer cette photo ?
photo-agree-text = Seule cette photo est envoyée. Elle ne dit ni lieu ni heure. Le serveur l’efface après 15 minutes au plus.
photo-agree-picture = La photo que vous avez prise
photo-send = Envoyer cette photo
photo-again = En prendre une autre
photo-failed-title = La photo n’a pas marché.
photo-failed-text = Votre caméra n’a pas donné d’image.

# The consent form
form-title = Veuillez lire et signer
form-text = Texte du formulaire
form-how = Comment voulez-vous signer ?
form-draw = Dessiner mon nom
form-type = Écrire mon nom
form-pad = Dessinez votre nom ici avec la souris, le doigt ou un stylet
form-name = Votre nom
form-both = Vous et le cabinet recevez chacun le formulaire signé. Le serveur ne garde pas de copie.
form-failed = Le formulaire n’a pas pu être envoyé. Réessayez.
form-sign = Signer
form-working = Le formulaire est en préparation …
form-again = Recommencer
form-no = Je ne signe pas
form-signed-title = Vous avez signé.
form-signed-text = Enregistrez votre copie maintenant. Le serveur n’en a pas.
form-step-working = Le formulaire est en route.
form-step-sent = Envoyé. Le cabinet doit encore confirmer.
form-step-kept = Le cabinet a exactement la même copie.
form-step-failed = L’envoi a échoué. Vous pouvez réessayer.
form-unsaved = Votre copie n’est pas encore enregistrée. Elle sera perdue si vous fermez.
form-save = Enregistrer ma copie
form-leave = Fermer sans enregistrer
form-file = Consentement
form-pdf-page = Signature
form-pdf-name = Nom : { $name }
form-pdf-typed = Signé en écrivant le nom
form-pdf-drawn = Signé en dessinant
form-pdf-time = Signé le : { $time }
form-pdf-hash = SHA-256 du formulaire : { $hash }

# The practice's keys
p0-verified-link = Votre lien est bon. Seul ce cabinet lit votre nom.
p0-verified-code = Votre code est bon. Seul ce cabinet lit votre nom.
p0-not-verified = Chiffré, non vérifié.
p0-have-code = J’ai un code
p0-unopened-title = Le cabinet n’est pas encore ouvert.
p0-unopened-text = Gardez cette page ouverte. Elle continue toute seule.
p0-unopened-wait = Nous regardons tout le temps.
code-first-title = Encore une étape, pour votre sécurité.
code-first-text = Votre lien n’est pas complet. Merci de taper le code du cabinet.
code-title = Taper le code du cabinet
code-parts = Votre code a 4 parties
code-part = Partie { $part } sur 4
code-paste = Vous pouvez coller tout le code dans la première case.
code-incomplete = Le code a 4 lettres ou chiffres dans chaque partie.
code-other = Ce code ne va pas avec ce cabinet. Regardez-le encore, ou appelez le cabinet.
code-go-on = Continuer
code-what-for = Le code montre que c’est bien { $who } et que personne n’écoute.
code-none = Vous n’avez pas de code ?
different-title = Nous nous sommes arrêtés, pour votre sécurité.
different-text = Votre lien ne va pas avec les clés actuelles de ce cabinet.
different-old-title = Les clés du cabinet ne sont plus valables.
different-old-text = La date de votre appareil est-elle juste ? Alors le cabinet doit ouvrir sa page une fois.
different-elsewhere-text = On vous a envoyé vers une autre salle d’attente. Nous n’avons pas pu vérifier que cela vient du cabinet.
different-nothing = Votre nom n’a pas été envoyé.
different-ask = Appelez le cabinet. Demandez un <strong>nouveau lien</strong>.
lock-ask-words = Pour être sûr, demandez au cabinet de comparer des mots avec vous.

# Messages pendant l’attente
note-title = Messages
note-write = Écrire au cabinet
note-answer = Écrire une réponse
note-unverified = Vous êtes venu sans le lien complet du cabinet. Nous ne pouvons donc pas vérifier qui écrit.
note-came = Message de { $name } : { $text }
note-not-sent = Votre message n’est pas parti. Veuillez réessayer.

# Something to look at while waiting
p3-show-picture = Une image du cabinet
p3-show-video = Une vidéo du cabinet
p3-show-sheet = Une feuille du cabinet
p3-show-read = Lire la feuille du cabinet
p3-show-close = Fermer la feuille
p3-show-failed = Elle ne s’ouvre pas. Votre place reste.

# To be written to when it is one's turn
p3-tell = Prévenez-moi quand c’est mon tour
p3-tell-text = Vous pouvez ranger le téléphone pendant une heure. Nous vous écrivons une seule fois.
p3-tell-to-mail = Votre adresse e-mail
p3-tell-to-sms = Votre numéro de portable
p3-tell-to-both = Votre adresse e-mail ou numéro de portable
p3-tell-hint = Elle sert à ce seul message, puis elle est oubliée. Le serveur la voit, et aussi qui remet le message.
p3-tell-wrong-mail = Merci d’écrire l’adresse e-mail entière, par exemple maria@example.org.
p3-tell-wrong-sms = Merci d’écrire le numéro entier, par exemple +33 6 12 34 56 78.
p3-tell-wrong-both = Merci d’écrire l’adresse e-mail entière ou le numéro entier.
p3-tell-many = Beaucoup de personnes le demandent. Veuillez réessayer dans une minute.
p3-tell-send = Écrivez-moi à ce moment
p3-tell-set = Nous vous écrirons une seule fois.
p3-tell-set-text = Vous pouvez verrouiller le téléphone. Merci de ne pas fermer cette page.
p3-tell-off = Ne m’écrivez pas
