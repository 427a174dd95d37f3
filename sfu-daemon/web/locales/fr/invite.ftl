# What a patient reads in an e-mail, a text message or a calendar
invite-subject = Votre consultation vidéo
invite-subject-by = Votre consultation vidéo avec { $who }
invite-when = Quand : { $when }
invite-open = Ouvrez ce lien dans votre navigateur. Il ne faut ni application ni compte.
invite-early = Venez quelques minutes plus tôt. Vous attendez dans une salle pour vous seul.
invite-once = Ce lien est pour vous seul et sert une seule fois. Venez quelques minutes plus tôt.
invite-help = Quelque chose ne marche pas ? Appelez le { $phone }.
