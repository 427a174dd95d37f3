# What staff read in an e-mail. Each text has a line of its own.
mail-waiting-subject = Quelqu’un attend
mail-waiting = Quelqu’un attend dans votre salle d’attente. Ouvrez-la ici :
mail-set-subject = Vous recevrez un e-mail quand quelqu’un attend
mail-set = Désormais, vous recevez un e-mail comme celui-ci quand quelqu’un attend dans votre salle d’attente. Votre salle d’attente est ici :
mail-off = Vous recevez cet e-mail parce que votre compte le demande. Si vous n’en voulez plus, ouvrez ce lien :
# What a patient reads who has asked for it, as an e-mail or a text message.
mail-turn-subject = C’est votre tour
mail-turn = Le cabinet est prêt pour vous. Revenez à la page de la salle d’attente. Si vous l’avez fermée, ouvrez ce lien :
mail-turn-once = Ce message n’arrive qu’une fois. Le serveur a maintenant oublié où il l’a envoyé.
