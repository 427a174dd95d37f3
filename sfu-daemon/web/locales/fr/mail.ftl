# What staff read in an e-mail. Each text has a line of its own.
mail-waiting-subject = Quelqu’un attend
mail-waiting = Quelqu’un attend dans votre salle d’attente. Ouvrez-la ici :
mail-set-subject = Vous recevrez un e-mail quand quelqu’un attend
mail-set = Désormais, vous recevez un e-mail comme celui-ci quand quelqu’un attend dans votre salle d’attente. Votre salle d’attente est ici :
mail-off = Vous recevez cet e-mail parce que votre compte le demande. Si vous n’en voulez plus, ouvrez ce lien :
