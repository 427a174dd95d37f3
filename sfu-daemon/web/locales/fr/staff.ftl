# What staff read. One idea a sentence, at most 18 words. A patient's name never stands in a title of a tab.

# The frame
staff-skip = Aller au contenu
staff-areas = Salles d’attente
staff-room = Salle d’attente
staff-count-waiting = d’attente
staff-sign-out = Se déconnecter
staff-min = min
staff-done = Terminé
staff-change = Modifier
staff-copy = Copier
staff-try-now = Essayer maintenant
staff-try-again = Réessayer
staff-not-now = Pas maintenant
staff-one-cookie = Nous posons un cookie pour l’équipe. Il prend fin à la déconnexion.
staff-announced = Ce que ce serveur conserve change à partir du { $day }.
staff-announced-see = Tout ce qu’il conserve
staff-announced-read = J’ai lu

# Before there is a waiting room
staff-wait = La salle d’attente s’ouvre
staff-wait-say = Nous vous connectons. Cela prend un instant.
staff-link-used = Ce lien ne marche plus.
staff-link-used-say = Chaque lien de connexion marche une seule fois, et peu de temps.
staff-new-link = Obtenir un nouveau lien
staff-new-link-say = Demandez à la personne qui gère le serveur. Elle y tape cette commande :
staff-new-link-once = Ouvrez le nouveau lien sur cet appareil. Il marche une fois.
staff-no-answer = Le serveur ne répond pas.
staff-no-answer-say = Votre lien n’est pas encore utilisé. Vérifiez votre internet, puis réessayez.
staff-replaced = Vous travaillez maintenant dans une autre fenêtre.
staff-replaced-say = Une seule fenêtre montre votre salle d’attente. Un appel continue là-bas.
staff-use-here = Utiliser cette fenêtre
staff-outdated = Il y a une nouvelle version de cette page.
staff-outdated-say = Rechargez la page. Chacun garde sa place.
staff-garbled = Cette page ne comprend pas votre serveur.
staff-garbled-say = Rechargez la page. Si cela revient, dites-le à la personne qui gère le serveur.
staff-unsupported = Ce navigateur ne permet pas un appel sûr.
staff-unsupported-say = Ouvrez cette page dans une version récente de Chrome, Firefox ou Safari.
staff-reload = Recharger la page

# Se connecter avec un mot de passe
staff-sign-in = Se connecter
staff-sign-in-other = Recommencer
staff-continue = Continuer
staff-login = Votre identifiant
staff-password = Mot de passe
staff-password-show = Montrer le mot de passe
staff-no-password = Vous n’avez pas encore de mot de passe ?
staff-new-password-title = Choisissez votre propre mot de passe
staff-new-password-say = Quelqu’un d’autre a choisi l’actuel. Le nouveau n’est qu’à vous.
staff-new-password = Nouveau mot de passe
staff-new-password-hint = Au moins 8 caractères, mieux 12 ou plus. Plusieurs mots à la suite conviennent bien.
staff-code-title = Maintenant le code de votre application
staff-code-say = Ouvrez l’application d’authentification sur votre téléphone. Tapez les six chiffres qu’elle affiche pour Anteroom.
staff-code = Code
staff-code-hint = Téléphone perdu ? Tapez un des mots que vous avez notés.
staff-factor-title = Un second verrou pour votre compte
staff-factor-say = Scannez cette image avec une application d’authentification sur votre téléphone. Tapez ensuite les six chiffres affichés.
staff-factor-qr = Code QR pour l’application d’authentification
staff-factor-by-hand = Ou tapez ceci dans l’application :
staff-recovery-title = Notez ces mots
staff-recovery-say = Chacun sert une fois à la place du code, par exemple si votre téléphone est perdu. Vous ne les voyez que maintenant.
staff-recovery-done = Je les ai notés
staff-problem-wrong = L’identifiant ou le mot de passe est faux. Réessayez.
staff-problem-code = Ce code est faux ou a déjà servi. Attendez le suivant.
staff-problem-too-short = Ce mot de passe est trop court.
staff-problem-too-long = Ce mot de passe est trop long.
staff-problem-common = Ce mot de passe est facile à deviner. Choisissez-en un autre.
staff-problem-same = C’est l’ancien mot de passe. Choisissez-en un nouveau.
staff-problem-busy = Le serveur est très occupé. Réessayez dans un instant.
staff-problem-blocked = { $count ->
    [one] Trop d’essais. Attendez { $count } minute, puis réessayez.
   *[other] Trop d’essais. Attendez { $count } minutes, puis réessayez.
}
staff-account = Votre compte
staff-account-short = Compte
staff-role-admin = Administration
staff-role-provider = Reçoit des patients
staff-role-assistant = Voit la file d’attente
staff-account-password = Changer le mot de passe
staff-account-password-new = Choisir un mot de passe
staff-account-password-out = Vos autres appareils seront alors déconnectés.
staff-account-factor = Nouveau téléphone pour les codes
staff-account-factor-new = Ajouter des codes du téléphone
staff-account-export = Enregistrer ce qui est conservé à votre sujet
staff-account-export-say = Un fichier avec tout ce que le serveur conserve sur votre compte, pour vous ou pour un autre programme.
staff-passkeys = Clés d’accès
staff-passkey-sign-in = Se connecter avec une clé d’accès
staff-passkey-add = Ajouter une clé d’accès
staff-passkey-say = Une clé d’accès ouvre votre compte avec votre doigt, votre visage ou le code de votre appareil. Il n’y a rien à retenir, et rien que l’on puisse vous faire dire.
staff-passkey-name = Un nom pour elle
staff-passkey-name-hint = Pour la reconnaître dans la liste, par exemple « Mon téléphone ».
staff-passkey-made = ajoutée : { $time }
staff-passkey-remove = Retirer
staff-passkey-remove-title = Retirer la clé d’accès « { $name } » ?
staff-passkey-remove-say = Elle n’ouvrira plus votre compte.
staff-problem-passkey = Cette clé d’accès n’a pas fonctionné. Réessayez, ou connectez-vous autrement.
staff-problem-passkey-none = Aucune clé d’accès n’a été utilisée. Si vous n’en avez pas encore, connectez-vous autrement et ajoutez-en une sous « Compte ».
staff-problem-passkey-not-made = Aucune clé d’accès n’a été créée. Vous pouvez réessayer quand vous voulez.
staff-problem-passkey-unknown = Cette clé d’accès n’est pas connue ici, ou ne l’est plus. Connectez-vous autrement et ajoutez-en une nouvelle sous « Compte ».
staff-problem-passkey-late = Cela a pris trop de temps. Réessayez.
staff-problem-passkey-copied = Quelqu’un a peut-être une copie de cette clé d’accès. Connectez-vous autrement, retirez la clé sous « Compte » et prévenez la personne qui gère le serveur.
staff-problem-passkey-address = Les clés d’accès ne fonctionnent pas à cette adresse. Il leur faut l’adresse du cabinet avec un nom, par exemple https://video.cabinet.example.
staff-problem-passkey-full = Vous avez autant de clés d’accès qu’un compte peut en avoir. Retirez-en d’abord une.
staff-problem-passkey-known = Il y a déjà une clé d’accès pour votre compte sur cet appareil.
staff-problem-passkey-stale = Il faut être sûr que c’est bien vous : déconnectez-vous, reconnectez-vous et revenez ici dans les dix minutes.
staff-problem-passkey-unsupported = Ce navigateur ou cet appareil ne sait pas le faire. Essayez avec un autre.
staff-provider-sign-in = Se connecter avec { $name }
staff-provider-title = Se connecter avec { $name }
staff-provider-link = Relier à { $name }
staff-provider-say = Vous vous y connectez une fois maintenant. Ensuite, vous pourrez vous connecter ici de la même façon. De ce que dit { $name }, seul est gardé qui vous y êtes.
staff-provider-linked = Vous pouvez vous connecter avec { $name }.
staff-provider-unlink = Mettre fin au lien
staff-provider-unlink-title = Ne plus se connecter avec { $name } ?
staff-provider-unlink-say = Assurez-vous de pouvoir vous connecter d’une autre façon.
staff-problem-provider-tell = Connectez-vous autrement, et prévenez la personne qui gère le serveur.
staff-problem-provider = { $why ->
    [none] Cette façon de se connecter n’est plus proposée ici.
    [denied] Vous n’avez pas été connecté avec { $name }. Réessayez, ou connectez-vous autrement.
    [silent] { $name } ne répond pas pour l’instant. Réessayez dans un moment, ou connectez-vous autrement.
    [browser] Cette connexion a été commencée dans une autre fenêtre, ou il y a trop longtemps. Recommencez ici.
    [replayed] Cette connexion a déjà servi. Recommencez.
    [stranger] Aucun compte d’ici n’est relié à votre connexion là-bas. Connectez-vous d’abord autrement, puis reliez les deux sous « Compte ».
    [admin] Les administrateurs se connectent avec une clé d’accès, ou avec un mot de passe et un code. { $name } ne prouve pas encore de second facteur ici.
    [taken] Votre connexion là-bas est déjà reliée à un autre compte d’ici.
    [unlisted] { $name } renvoie à une adresse qui n’est pas dans la liste de ce serveur.
    [refused] { $name } n’accepte pas ce serveur.
    [malformed] La réponse de { $name } n’est pas complète.
    [algorithm] La réponse de { $name } est signée d’une façon qui n’est pas acceptée ici.
    [signature] La réponse de { $name } n’est pas signée par { $name }.
    [issuer] La réponse ne vient pas de { $name }, mais de quelqu’un d’autre.
    [audience] La réponse de { $name } est destinée à un autre programme.
    [time] La réponse de { $name } n’est plus valable. Une horloge est peut-être mal réglée.
    [nonce] La réponse de { $name } correspond à une autre question.
    [manner] Vous ne vous êtes pas connecté avec { $name } de la façon exigée ici.
   *[garbled] La réponse de { $name } ne se comprend pas.
}
staff-sessions = Où vous êtes connecté
staff-session-own = cet appareil
staff-session-used = dernière utilisation : { $time }
staff-session-by-link = Ouvert par un lien
staff-session-by-password = Ouvert avec un mot de passe
staff-session-by-passkey = Ouvert avec une clé d’accès
staff-session-by-provider = Ouvert avec le service de connexion du cabinet
staff-sessions-out = Se déconnecter partout
staff-to-sign-in = Se connecter avec un mot de passe

# First run
staff-steps = Étapes
staff-step-name = Votre nom
staff-step-link = Votre lien
staff-setup-title = Qui vos patients rencontrent-ils ici ?
staff-setup-name = Votre nom
staff-setup-name-hint = Comme vos patients vous connaissent, par exemple Dr Léna Hoffmann.
staff-setup-practice = Votre cabinet
staff-setup-practice-hint = Par exemple Cabinet des Tilleuls.
staff-setup-phone = Numéro de téléphone pour l’aide
staff-setup-phone-hint = Il est sur chaque écran. Les patients appellent si quelque chose ne marche pas.
staff-setup-save = Enregistrer et voir mon lien
staff-link-title = Votre salle d’attente est prête.
staff-link-this = Voici votre lien
staff-link-say = Donnez-le à tous vos patients. Il reste le même.
staff-link-unknown = Votre lien n’est pas encore chargé.
staff-link-phone = Au téléphone ?
staff-link-phone-say = Dites cette adresse au patient :
staff-as-patient = Voir comme un patient
staff-open-room = Ouvrir ma salle d’attente

# The link
staff-aside = Mon lien et mes appareils
staff-my-link = Mon lien
staff-copy-my-link = Copier mon lien
staff-qr = Code QR
staff-qr-alt = Code QR de votre lien
staff-sms = SMS
staff-mail = E-mail
staff-own-device = Envoyé depuis votre appareil. Le serveur n’apprend aucune adresse.
staff-edit-area = Changer le nom ou le numéro
staff-invite = Inviter un patient
staff-invite-say = Ce lien reste toujours le même. Tous vos patients peuvent l’avoir.
staff-invite-instead = Créer plutôt un lien pour une seule visite
staff-invite-reads = Langue du patient
staff-invite-at = Jour et heure
staff-invite-at-hint = Si vous voulez. Il les faut pour le calendrier.
staff-invite-text = Lire le texte
staff-invite-calendar = Calendrier
staff-invite-copy = Copier le lien
staff-invite-copy-text = Copier le texte
staff-invite-qr-alt = QR code de l’invitation
staff-invite-print = Imprimer
staff-invite-agreed = Le patient accepte les SMS
staff-invite-agreed-hint = Demandez d’abord. Un SMS peut être lu en chemin.
staff-invite-file = Consultation vidéo.ics

# The waiting room
staff-waiting = { $count ->
    [0] Personne n’attend
    [one] { $count } personne attend
   *[other] { $count } personnes attendent
}
staff-live = Connecté. Cette liste est à jour.
staff-lost = Connexion perdue. Nous réessayons.
staff-lost-since = Perdue depuis { $time }. Cette liste est peut-être ancienne. Les patients gardent leur place.
staff-strip-lost = Pas connecté
staff-draining = Le serveur s’arrête à { $time } au plus tard. Les appels continuent jusque-là. Personne de nouveau ne peut entrer.
staff-held-banner = { $name } est en pause. Personne ne vous voit ni ne vous entend.
staff-presence = Ce que voient les patients
staff-presence-open = Ouvert
staff-presence-busy = Occupé
staff-presence-away = Absent
staff-presence-closed = Fermé
staff-patients-read = Les patients lisent : « { $text } »
staff-presence-title-away = Que lisent les patients pendant votre absence ?
staff-presence-title-closed = Que lisent les patients quand c’est fermé ?
staff-presence-words = Texte pour les patients
staff-presence-default = Si le champ reste vide, les patients lisent : « { $text } »
staff-presence-save = Montrer ce texte
staff-closed-say = Personne de nouveau ne peut entrer. Ceux qui attendent restent.
staff-text-away = Le médecin s’absente un court moment.
staff-text-closed = La salle d’attente est fermée.
staff-empty-open = Votre porte est ouverte.
staff-empty-say = Envoyez votre lien. Quand quelqu’un arrive, une cloche sonne et le nom apparaît ici.
staff-empty-closed = Votre porte est fermée.
staff-empty-closed-say = Personne ne peut entrer. Choisissez Ouvert quand vous êtes prêt.
staff-section-in-call = En appel, { $count }
staff-section-held = En pause, { $count }
staff-section-line = En attente, { $count }
staff-start = Commencer
staff-assistant-say = Vous voyez qui attend et pouvez écrire des notes. Vos collègues commencent les consultations.
staff-start-with = Commencer avec { $name }
staff-cancel-call = Annuler
staff-to-call = Vers l’appel
staff-resume = Reprendre
staff-hold = Pause
staff-more = Plus pour { $name }
staff-hand-over = Confier à un collègue
staff-remove = Retirer de la file
staff-waited = { $count ->
    [0] Attend depuis moins de 1 minute
    [one] Attend depuis { $count } minute
   *[other] Attend depuis { $count } minutes
}

# The worst fact about one visit
staff-fact-setting-up = Prépare son appareil
staff-tell-turn = Prévenir
staff-told-turn = Prévenu : c’est son tour
staff-fact-place-kept = Place gardée jusqu’à { $time }
staff-fact-lost = Connexion perdue
staff-fact-called = Appel, { $seconds } s
staff-fact-minute = A besoin d’une minute
staff-fact-with-other = Avec { $clinician }
staff-fact-in-call = En appel avec vous
staff-fact-held = En pause
staff-fact-mic-blocked = Micro bloqué
staff-fact-no-mic = Pas de micro
staff-fact-mic-silent = Le micro reste muet
staff-fact-cam-blocked = Caméra bloquée
staff-fact-no-camera = Pas de caméra
staff-fact-ready = Tout est prêt
staff-fact-works = Caméra et son marchent
staff-fact-tested = Caméra, micro et connexion testés
staff-fact-hears-nothing = N’entend aucun son
staff-network-unknown = Connexion non testée
staff-network-good = Connexion testée
staff-network-tcp = La connexion passe par un détour (TCP)
staff-network-lossy = Connexion faible : { $loss } % de pertes
staff-network-slow = Connexion lente : { $delay } ms
staff-network-narrow = Connexion faible : { $rate } kbit/s
staff-network-blocked = Ni son ni image ne passent
staff-fact-gone = N’est plus là
staff-camera-works = La caméra marche
staff-camera-unknown = Caméra pas testée
staff-sound-works = Le son marche
staff-sound-unknown = Son pas testé

# News, one line
staff-news-arrived = { $name } est dans la salle d’attente.
staff-news-left = { $name } a quitté la file.
staff-news-lost = { $name } a perdu la connexion. La place est gardée.
staff-news-back = { $name } est de retour.
staff-news-minute = { $name } a besoin d’une minute.
staff-news-offline = Pas de connexion. Réessayez quand la liste est à jour.
staff-news-saved = Enregistré.
staff-news-not-copied = Ce navigateur ne copie pas. Sélectionnez le texte et copiez-le vous-même.
staff-news-copied = Copié.
staff-refused = Cela n’a pas marché. Réessayez.
staff-refused-late = C’était trop tard. La liste montre la situation actuelle.
staff-refused-not-allowed = Vous ne pouvez pas faire cela.
staff-refused-area = Cette salle d’attente ne prend personne maintenant.
staff-refused-room-full = Neuf personnes sont déjà dans cet appel. Il n’y a plus de place.
staff-refused-too-many = C’était trop rapide. Attendez un instant, puis réessayez.
staff-refused-draining = Le serveur s’arrête bientôt. Rien de nouveau ne peut commencer.
staff-refused-text = Le texte est trop long ou vide. Modifiez-le et réessayez.

# The bell and the own devices
staff-arrives = Quand quelqu’un arrive
staff-bell = Cloche
staff-bell-hint = Muette pendant un appel
staff-bell-locked = Le navigateur garde la cloche muette. Appuyez une fois sur cette page.
staff-test-bell = Tester la cloche
staff-own-devices = Votre caméra et votre son
staff-own-devices-new = Testez-les une fois avant la première consultation.
staff-own-devices-work = Les deux marchent. Ils sont éteints jusqu’au début.
staff-own-devices-look = Il manque quelque chose. Regardez avant de commencer.
staff-own-computer = Caméra, son et internet
staff-check-devices = Vérifier cet ordinateur
staff-device-works = Marche
staff-device-asking = Acceptez quand le navigateur demande, puis dites quelque chose.
staff-device-denied = Le navigateur bloque l’accès.
staff-device-absent = Nous n’en trouvons pas.
staff-device-busy = Un autre programme l’utilise. Fermez-le.
staff-device-silent = Nous n’entendons rien. Le micro est-il couvert ou éteint ?
staff-own-network-running = Nous essayons l’internet de cet ordinateur
staff-own-network-running-say = Cela prend jusqu’à une demi-minute.
staff-own-network-good = L’internet suffit pour les consultations vidéo
staff-own-network-tcp = L’internet passe par un détour (TCP)
staff-own-network-tcp-say = Ce réseau bloque le chemin direct (UDP). Les appels marchent, mais peuvent arriver en retard. Demandez à la personne qui s’occupe de votre réseau d’autoriser UDP vers ce serveur.
staff-own-network-lossy = L’internet perd des parties de l’appel
staff-own-network-lossy-say = Des mots peuvent être coupés. Prenez un câble, ou rapprochez-vous de votre box Wi-Fi.
staff-own-network-slow = L’internet répond lentement
staff-own-network-slow-say = Vous risquez de vous couper la parole. Prenez un câble, et arrêtez les autres vidéos et téléchargements.
staff-own-network-narrow = L’internet est trop faible pour un cabinet
staff-own-network-narrow-say = Un cabinet devrait avoir { $needed } kbit/s dans les deux sens. Les images peuvent être floues. Prenez un câble, et arrêtez les autres vidéos et téléchargements.
staff-own-network-blocked = Ni le son ni l’image ne passent
staff-own-network-blocked-say = Ce réseau ne laisse passer aucun appel. Demandez à la personne qui s’en occupe d’autoriser UDP et TCP vers ce serveur.
staff-own-network-failed = Nous n’avons pas pu essayer l’internet
staff-own-network-failed-say = Les appels marchent peut-être quand même. Réessayez dans une minute.
staff-network-carries = Mesuré : { $rate } kbit/s dans les deux sens, { $loss } % de pertes, { $delay } ms aller et retour.
staff-network-carries-more = Mesuré : plus de { $needed } kbit/s dans les deux sens, { $loss } % de pertes, { $delay } ms aller et retour.
staff-level-none = Niveau : faible
staff-level-good = Niveau : bon
staff-blocked-help = Appuyez sur le signe à côté de l’adresse. Autorisez caméra et micro, puis réessayez.

# May I start?
staff-confirm = Commencer avec { $name } ?
staff-patients-devices = Appareils du patient
staff-confirm-unfinished = Le test de la caméra et du son n’est pas fini. Vous pouvez commencer quand même.
staff-confirm-lost = Le patient n’est pas connecté. L’appel attend son retour.
staff-my-camera = Ma caméra est allumée
staff-enter-starts = commence,
staff-esc-back = revient
staff-confirm-gone = Cela ne peut pas commencer maintenant.
staff-confirm-gone-say = Le patient est parti, ou un collègue a été plus rapide.
staff-remove-title = Retirer { $name } de la file ?
staff-remove-say = La place est perdue. Le patient peut entrer à nouveau.
staff-remove-reason = Raison pour le patient
staff-remove-hint = Ce champ peut rester vide.
staff-hand-over-title = Qui prend { $name } ?
staff-hand-over-say = La place est gardée. Il ne faut pas entrer à nouveau.

# The call
staff-call-with = Appel avec { $name }
staff-in-call-title = En appel
staff-silent = Silence
staff-tools = Outils
staff-end = Terminer
staff-full-screen = Plein écran
staff-keys = Touches
staff-to-room = Vers la salle d’attente
staff-note-held = { $name } est en pause. Vous ne vous voyez pas et ne vous entendez pas.
staff-note-connecting = Votre caméra et votre son se connectent.
staff-veil-say = Gardez cette page ouverte. { $name } voit que la connexion manque.
staff-note-other-connecting = { $name } entre.
staff-note-other-lost = { $name } a perdu la connexion. La place est gardée.
staff-note-sound-blocked = Le navigateur retient le son.
staff-sound-on = Activer le son
staff-note-no-mic = { $name } ne vous entend pas. Votre micro manque ou est bloqué.
staff-chat-gone = Seulement dans cette fenêtre. Tout disparaît quand vous la fermez.
staff-save-chat = Enregistrer
staff-chat-file = messages.txt

# Several in a call
staff-people = Personnes dans cet appel
staff-person-waits = attend
staff-add = Ajouter à cet appel
staff-let-in = Faire entrer
staff-let-go = Laisser partir
staff-join = Rejoindre
staff-leave = Quitter
staff-not-let-in = Cette fenêtre n’a pas fait entrer { $name }. Vous ne vous voyez pas et ne vous entendez pas.
staff-guest-invite = Inviter quelqu’un
staff-guest-title = Inviter quelqu’un auprès de { $name }
staff-guest-say = Envoyez ce lien à une seule personne, par exemple un interprète ou un proche. Il sert une fois, et seulement pendant cette visite. Qui l’ouvre attend ici jusqu’à ce que vous le fassiez entrer.
staff-guest-none = Cet ordinateur n’a pas encore de lien pour les patients. Il faut d’abord l’accepter.
staff-guest-of = Invité de { $name }
staff-guest-waits = { $name } est invité et attend.

# Devices of the practice
staff-devices = Appareils dans cette visite
staff-device-add = Ajouter un appareil
staff-device-say = Un appareil du cabinet vient avec sa propre image : une échographie, une caméra ou un programme comme OBS.
staff-device-name = De quoi s’agit-il ?
staff-device-hint = Vous voyez ce nom tous les deux, par exemple : Échographie.
staff-device-ready = L’appareil peut venir maintenant
staff-device-enter = Saisissez l’adresse et le jeton dans l’appareil. Dans OBS : Paramètres, Stream, service WHIP.
staff-device-publish = Adresse pour envoyer une image
staff-device-token = Jeton
staff-device-play = Adresse pour regarder seulement
staff-device-once = Vous ne voyez le jeton que maintenant. Il vaut jusqu’à la fin de la visite.
staff-device-in-use = est connecté
staff-device-waits = n’est pas encore connecté
staff-device-remove = Retirer

# The end
staff-end-title = Et maintenant, pour { $name } ?
staff-end-visit = Terminer la consultation
staff-end-visit-say = Le patient peut revenir pendant un court moment.
staff-end-hold = Retour à la salle d’attente
staff-end-hold-say = La place est gardée. Vous ne vous voyez pas et ne vous entendez pas.
staff-end-stay = Rester dans l’appel
staff-ended = Consultation terminée
staff-ended-lasted = { $count ->
    [0] Consultation terminée, moins de 1 minute
    [one] Consultation terminée, { $count } minute
   *[other] Consultation terminée, { $count } minutes
}
staff-ended-patient-left = { $name } a quitté l’appel.
staff-ended-lost = La connexion avec { $name } a manqué trop longtemps.
staff-ended-stopped = Le serveur s’est arrêté.
staff-next = Ensuite : { $name }
staff-kept = Ce que le serveur garde
staff-kept-say = Rien de ce qui a été dit, montré ou écrit. Le nom est effacé.
staff-return = Terminé par erreur ?
staff-return-say = { $name } peut revenir pendant un court moment et garde sa place.

# Keys
staff-keys-on = Les lettres seules sont des commandes
staff-key-n = <strong>N</strong> patient suivant
staff-key-arrows = <strong>↑ ↓</strong> se déplacer dans la liste
staff-key-m = <strong>M</strong> micro
staff-key-v = <strong>V</strong> caméra
staff-key-c = <strong>C</strong> messages
staff-key-h = <strong>H</strong> pause ou reprise
staff-key-e = <strong>E</strong> et maintenant
staff-key-help = <strong>?</strong> cette liste

# Files.
staff-files-agreed = { $name } accepte les fichiers pendant cette consultation.
staff-files-declined = { $name } ne veut pas de fichiers pendant cette consultation.

# A photo that staff ask for
staff-show-ask = Demander à voir l’écran
staff-show-asked = { $name } a été prié de montrer son écran.
staff-show-declined = { $name } ne souhaite pas montrer son écran.
staff-show-shown = { $name } montre maintenant son écran.
staff-show-impossible = L’appareil de { $name } ne peut pas montrer son écran.
staff-show-failed = La demande à { $name } n’est pas partie. Veuillez réessayer.
staff-photo-ask = Demander une photo
staff-photo-asked = { $name } a été prié d’envoyer une photo.
staff-photo-looking = { $name } prend une photo.
staff-photo-declined = { $name } ne veut pas envoyer de photo.
staff-photo-allowed = { $name } accepte maintenant les photos. Vous pouvez redemander.
staff-photo-sent = { $name } a envoyé une photo. Elle est dans le chat.
staff-photo-failed = La photo n’a pas marché chez { $name }.
staff-screen-agreed = { $name } est d’accord pour montrer l’écran.
staff-screen-declined = { $name } ne veut pas montrer l’écran.

# The consent form
staff-form = Consentement
staff-form-template = Montrer le modèle dans la langue du patient
staff-form-own = Montrer votre propre formulaire (PDF ou texte)
staff-form-limit = Un PDF peut avoir { $size } et { $pages } pages, un texte { $chars } caractères.
staff-form-show = Montrer le texte
staff-form-sending = Le formulaire est en route vers { $name }.
staff-form-asked = { $name } lit le formulaire.
staff-form-lost = La page de { $name } a été rechargée et ne montre plus le formulaire.
staff-form-again = Montrer encore le formulaire
staff-form-declined = { $name } ne veut pas signer.
staff-form-unread = Le formulaire ne peut pas être montré chez { $name }. Imprimez-le dans un nouveau PDF, ou prenez un texte.
staff-form-signed = { $name } a signé. Enregistrez votre copie : le serveur n’en a pas.
staff-form-failed = Le formulaire n’est pas arrivé. Montrez-le à nouveau.
staff-form-save = Enregistrer le formulaire signé
staff-form-unsaved = Il n’est pas encore enregistré.
staff-form-done = Terminé
staff-form-title = Consentement à une téléconsultation
staff-form-file = Consentement
staff-form-not-no_text = Ce fichier n’est ni un PDF ni un texte, ou le texte est trop long.
staff-form-not-too_large = Ce fichier est trop grand.
staff-form-not-no_pdf = Ce fichier porte le nom d’un PDF, mais n’en est pas un.
staff-form-not-locked = Ce PDF est protégé par un mot de passe. Enregistrez-le sans mot de passe.
staff-form-not-broken = Ce PDF est abîmé. Imprimez-le dans un nouveau PDF, et choisissez celui-ci.
staff-form-not-active = Ce PDF peut agir tout seul. Imprimez-le dans un nouveau PDF, et choisissez celui-ci.
staff-form-not-hidden = Ce PDF contient d’autres fichiers. Imprimez-le dans un nouveau PDF, et choisissez celui-ci.
staff-form-not-pictures = La page ne peut pas montrer les images de ce PDF. Imprimez-le dans un nouveau PDF, et choisissez celui-ci.
staff-form-not-pages = Ce PDF a trop de pages.

# Keys of the practice
staff-link-code = Si un lien arrive incomplet, les patients tapent ce code :
staff-link-later = Vous verrez le lien quand cet ordinateur sera accepté.
staff-name-unread = Nom illisible sur cet ordinateur
staff-name-unread-say = Un autre ordinateur du cabinet peut peut-être le lire. Ou demandez au patient de s’annoncer de nouveau.
staff-name-old = Écrit un autre jour
staff-stranger = Cet ordinateur ne peut pas encore lire les noms.
staff-stranger-say = Quelqu’un l’accepte depuis un ordinateur du cabinet. Comparez d’abord ce code ensemble :
staff-stranger-compare = Côte à côte, ou au téléphone.
staff-keys-lost = Il n’y a plus d’autre ordinateur
staff-wrong-keys = Le serveur montre d’autres clés que celles de cet ordinateur.
staff-wrong-keys-say = Ne commencez aucune visite. Votre cabinet a-t-il fait de nouvelles clés ? Alors comparez de nouveau. Sinon, demandez à qui gère le serveur.
staff-compare-anew = Nous avons de nouvelles clés, comparer
staff-offer = Un autre ordinateur veut participer :
staff-offer-compare = Montre-t-il le même code ?
staff-offer-same = C’est le même
staff-offer-else = Sinon, ou si personne ne vous a demandé, ne faites rien.
staff-offer-gone = Il ne demande plus
staff-accept = À quoi sert cet ordinateur ?
staff-accept-name = Qui y travaille ?
staff-accept-hint = Les patients voient ce nom pendant l’appel.
staff-accept-part = Que peut-il faire ?
staff-accept-do = Accepter
staff-part-assistant = Assistance
staff-part-assistant-say = lit les noms, ne fait pas d’appels
staff-part-clinician = Médecin
staff-part-clinician-say = lit les noms et fait des appels
staff-part-holder = Gardien des clés
staff-part-holder-say = accepte et retire aussi des ordinateurs
staff-browsers = Ordinateurs du cabinet
staff-browsers-count = { $count ->
    [one] { $count } ordinateur lit les noms.
   *[other] { $count } ordinateurs lisent les noms.
}
staff-browsers-show = Montrer les ordinateurs
staff-browsers-say = Eux seuls peuvent lire les noms des patients. Le serveur ne le peut pas.
staff-browsers-add = Pour en ajouter un, connectez-vous avec lui. Il montre un code que vous comparez ici.
staff-browser-own = cet ordinateur
staff-browser-unnamed = Sans nom
staff-revoke = Retirer { $name } ?
staff-revoke-say = Dès maintenant il ne lit plus de nouveaux noms et ne fait plus d’appels. Votre lien reste le même.
staff-paper = Une feuille pour le coffre
staff-paper-hint = Gardez une copie de votre clé.
staff-paper-hint-say = Si cet ordinateur tombe en panne, elle vous permet de garder votre lien.
staff-paper-show = Montrer la feuille
staff-paper-later = Pas maintenant
staff-paper-what = Voici la clé de votre salle d’attente :
staff-paper-how = Si tous les ordinateurs sont perdus : connectez-vous avec un nouveau, choisissez « Il n’y a plus d’autre ordinateur » et tapez-la.
staff-paper-code = Code de votre lien : { $code }
staff-paper-safe = Qui a cette feuille peut se faire passer pour votre cabinet. Mettez-la sous clé.
staff-paper-print = Imprimer
staff-restore = Taper la clé de la feuille
staff-restore-hint = 52 lettres et chiffres. Votre lien reste le même. Les autres ordinateurs doivent être acceptés de nouveau.
staff-restore-wrong = Ce n’est pas la clé de cette salle d’attente. Vérifiez chaque lettre.
staff-restore-do = Utiliser cette clé
staff-anew = Nous n’avons pas de feuille non plus
staff-anew-say = Vous pouvez faire de nouvelles clés. Alors les anciens liens arrêtent les patients, et vous devez envoyer à tous un nouveau lien.
staff-anew-do = Faire de nouvelles clés
staff-words = Comparer des mots
staff-words-say = Pour être sûrs l’un de l’autre, lisez quatre mots à voix haute.
staff-policy = Comment les appels sont protégés
staff-policy-require = Chiffrés.
staff-policy-require-say = Conseillé. Chaque lien fonctionne.
staff-policy-insist = Chiffrés, et seulement avec le lien entier ou le code.
staff-policy-insist-say = Le plus sûr. Les patients avec un ancien lien doivent taper le code.
staff-policy-prefer = Chiffrés, mais les appareils sont permis.
staff-policy-prefer-say = Pour une échographie ou une deuxième caméra. Le serveur peut voir ce qu’un tel appareil envoie.
staff-prefer-title = Permettre des appareils qui ne chiffrent pas ?
staff-prefer-server = Le serveur, et qui le fait fonctionner, peut voir et entendre ce qu’un tel appareil envoie.
staff-prefer-people = Ce que les personnes disent et montrent reste chiffré.
staff-prefer-lock = Tant qu’un appareil est dans l’appel, le cadenas est ouvert pour tous. Les patients sans lien entier ne voient pas l’appareil.
staff-prefer-allow = Permettre les appareils
staff-device-none-holder = Les appareils ne sont pas permis ici, car ils ne chiffrent pas. Vous pouvez changer cela.
staff-device-none = Les appareils ne sont pas permis ici, car ils ne chiffrent pas. Qui a la clé du cabinet peut changer cela.

# A note for colleagues on a card
staff-memo-write = Écrire une note
staff-memo-change = Changer la note
staff-memo-title = Une note sur { $name }
staff-memo-label = Note pour votre équipe
staff-memo-hint = { $chars } caractères au plus.
staff-memo-say = Toutes les personnes qui travaillent dans cette salle d’attente peuvent la lire et voient de qui elle est. { $name } et le serveur ne le peuvent pas. Elle disparaît à la fin de la visite.
staff-memo-save = Enregistrer la note
staff-memo-delete = Effacer la note
staff-memo-unread = Il y a une note que ce navigateur ne peut pas lire.
staff-memo-by = { $name }, { $time }
staff-memo-stays = Votre note ne suit pas. Elle est effacée.
staff-memo-not-written = La note n’a pas pu être écrite. Rechargez la page.

# Qui entre, et quand
staff-rules = Qui peut entrer
staff-rules-change = Horaires et entrée
staff-rules-save = Enregistrer
staff-rules-back = Retour à la salle d’attente
staff-rules-no-hours = Pas d’horaires.
staff-rules-hours = Ouvre et ferme selon vos horaires.
staff-rules-anyone = Toute personne qui a votre lien peut entrer.
staff-rules-passcode = Les patients ont besoin du mot de passe :
staff-rules-invited = Les patients ont besoin d’un lien pour une visite.
staff-hours = Horaires
staff-hours-on = Ouvrir et fermer selon ces horaires
staff-hours-on-hint = Les personnes déjà entrées gardent leur place après la fermeture.
staff-hours-from = { $day }, plage { $which }, de
staff-hours-to = { $day }, plage { $which }, à
staff-hours-until = à
staff-hours-empty = Laissez les deux heures vides quand vous êtes fermé. 0:00 comme fin veut dire minuit.
staff-hours-zone = Fuseau horaire
staff-hours-text = Texte pour les patients quand c’est fermé
staff-hours-text-hint = Par exemple qui appeler en urgence. Les patients voient aussi quand vous rouvrez.
staff-out-of-hours = Fermé selon vos horaires.
staff-out-of-hours-until = Fermé selon vos horaires jusqu’à { $day }, { $time }.
staff-entry = Entrée
staff-entry-anyone = Toute personne qui a votre lien
staff-entry-anyone-say = La façon habituelle.
staff-entry-passcode = Mot de passe
staff-entry-passcode-say = Les patients tapent un mot que vous leur avez dit. Un lien pour une visite suffit aussi.
staff-entry-invited = Seulement avec un lien pour une visite
staff-entry-invited-say = Votre propre lien ne laisse alors entrer personne.
staff-passcode = Mot de passe
staff-passcode-hint = Au moins { $chars } lettres et chiffres. Il tient les inconnus dehors. Changez-le de temps en temps.
staff-waiting-max = Combien de personnes peuvent entrer
staff-waiting-max-hint = Vide : jusqu’à { $max }. Qui vient après lit que la salle est pleine.
staff-visit-link = Lien pour une visite
staff-visit-link-say = Une personne entre une fois avec ce lien. Combien de temps dure-t-il ?
staff-visit-link-days = { $days ->
    [one] 1 jour
   *[other] { $days } jours
}
staff-visit-link-made = Envoyez ce lien à un seul patient.
staff-visit-link-until = Il sert jusqu’au { $day }, { $time }.
staff-visit-link-once = Il n’est montré que maintenant. Personne ne pourra le retrouver.
staff-held-back = Beaucoup d’entrées viennent d’une seule connexion internet.
staff-held-back-say = Certaines personnes attendent une minute. Toutes les autres entrent comme toujours.

# Quand personne ne regarde
staff-notes = Message sur cet ordinateur
staff-notes-hint = Il dit « Quelqu’un attend ». Jamais un nom.
staff-notes-blocked = Le navigateur bloque les messages de cette page. Autorisez-les dans ses réglages.
staff-note = Quelqu’un attend.
staff-snooze = Pas de rappel pendant 10 minutes
staff-snooze-end = Rappeler de nouveau
staff-snoozed = Pas de rappel jusqu’à { $time }

# Messages entre l’accueil et la file
staff-line-new = { $count ->
    [one] 1 nouveau message
   *[other] { $count } nouveaux messages
}
staff-line-count = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
staff-line-write = Écrire un message
staff-line-title = Messages avec { $name }
staff-line-say = { $name } lit ceci en attendant. C’est chiffré, et effacé avec la visite.
staff-line-unread = Un message que ce navigateur ne peut pas lire
staff-line-came = Nouveau message de { $name }

# How it looks to patients
staff-look = Ce que voient les patients
staff-look-change = Logo, couleur et accueil
staff-look-words = Couleur et accueil
staff-look-colour = Une couleur à vous
staff-look-colour-hint = Pour le mur et les boutons principaux. Le texte dessus est blanc.
staff-look-pick = Couleur
staff-look-readable = Le texte se lit bien : { $ratio } pour 1.
staff-look-pale = Le texte blanc s’y lit mal : { $ratio } pour 1. Il faut { $least } pour 1. Prenez une couleur plus foncée.
staff-look-welcome = Mot d’accueil
staff-look-welcome-hint = Les patients le lisent en entrant. Une ligne qui commence par # est un titre, par - une liste. **Deux étoiles** mettent en gras.
staff-look-logo = Logo
staff-look-logo-hint = PNG, JPEG ou WebP, jusqu’à 256 Ko.
staff-look-logo-alt = Votre logo
staff-look-show = Pour ceux qui attendent
staff-look-show-hint = Une image (jusqu’à 2 Mo), une vidéo (MP4 ou WebM, jusqu’à 16 Mo) ou un PDF (jusqu’à 5 Mo). Tout vient de ce serveur.
staff-look-show-alt = Ce que les patients voient en attendant
staff-look-pdf = Un PDF est en place.
staff-look-choose = Choisir un fichier
staff-look-busy = Envoi…
staff-look-remove = Retirer
staff-look-saved = Enregistré. Les patients le voient maintenant.
staff-look-kind = Ce type de fichier ne convient pas ici.
staff-look-large = Le fichier est trop grand. Maximum : { $size }.
staff-look-pixels = L’image a trop de pixels, ou elle est abîmée.
staff-look-full = Toutes les salles ensemble ont trop de fichiers. Retirez-en un.
staff-look-failed = Rien n’a été enregistré. Réessayez.
staff-look-text = Le mot d’accueil est trop long.
staff-look-not-colour = Cette couleur ne convient pas.

# When no page is open
staff-reach = Me prévenir ailleurs
staff-reach-say = Quand quelqu’un attend et que vous n’êtes pas en consultation, vous recevez un e-mail. Il ne dit que cela, et jamais un nom.
staff-reach-address = Votre adresse e-mail
staff-reach-set = M’envoyer des e-mails
staff-reach-end = Plus d’e-mails
staff-reach-kept = Votre adresse est gardée avec votre compte, scellée. Elle est effacée quand vous arrêtez les e-mails.
staff-reach-sent = Nous venons de vous envoyer un e-mail. S’il n’arrive pas, regardez dans les courriers indésirables.
staff-reach-later = Enregistré. Le serveur de courrier n’a pas pris le premier e-mail tout de suite. Il viendra peut-être plus tard.
staff-reach-off = Vous ne recevez plus d’e-mails.
staff-reach-refused = Le serveur de courrier n’accepte pas cette adresse. Vérifiez-la, s’il vous plaît.
staff-reach-busy = Cela n’a pas marché. Réessayez dans une minute, s’il vous plaît.
staff-reach-offline = Il n’y a pas de connexion. Réessayez, s’il vous plaît.
staff-push = Prévenir ce navigateur
staff-push-hint = Affiche « Quelqu’un attend », même quand cette page est fermée. L’éditeur du navigateur apprend que quelque chose a été envoyé, mais pas quoi.
staff-push-cannot = Ce navigateur ne le peut pas ici.
staff-push-failed = Le service du navigateur n’a pas répondu. Réessayez plus tard, s’il vous plaît.
staff-mail-off = Plus d’e-mails ?
staff-mail-off-say = Vous ne recevrez plus d’e-mails quand quelqu’un attend. Vous pouvez les rétablir dans votre salle d’attente.
staff-mail-is-off = Vous ne recevez plus d’e-mails
staff-mail-is-off-say = Vous pouvez fermer cette page.
staff-mail-off-failed = Cela n’a pas marché
staff-mail-off-failed-say = Le lien est peut-être ancien, ou les e-mails sont déjà arrêtés. Vous pouvez aussi les arrêter dans votre salle d’attente, sous « Me prévenir ailleurs ».

# The server sends an invitation
staff-invite-server = Laisser le serveur l’envoyer
staff-invite-server-say = Le serveur de votre cabinet lit alors l’adresse et le lien, et oublie l’adresse dès que c’est envoyé. Qui contrôle le serveur pourrait mettre une autre clé dans le lien. Les moyens ci-dessus n’ont pas ce risque.
staff-invite-to-mail = Adresse e-mail du patient
staff-invite-to-sms = Numéro de mobile du patient
staff-invite-by-mail = Envoyer par e-mail
staff-invite-by-sms = Envoyer par SMS
staff-invite-sending = Envoi en cours …
staff-invite-first-agreed = Dites d’abord ci-dessus que le patient accepte les SMS.
staff-invite-sent = C’est envoyé. L’adresse est oubliée.
staff-invite-failed = L’envoi n’a pas réussi. L’adresse est oubliée. Prenez un des moyens ci-dessus, s’il vous plaît.
staff-invite-unfit = Cette adresse ne va pas. Vérifiez-la, s’il vous plaît.
staff-invite-many = Cela fait beaucoup en une minute. Attendez un moment, s’il vous plaît.
