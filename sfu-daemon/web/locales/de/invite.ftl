# What a patient reads in an e-mail, a text message or a calendar
invite-subject = Ihre Videosprechstunde
invite-subject-by = Ihre Videosprechstunde bei { $who }
invite-when = Wann: { $when }
invite-open = Öffnen Sie diesen Link in Ihrem Browser. Sie brauchen keine App und kein Konto.
invite-early = Bitte kommen Sie ein paar Minuten früher. Sie warten in einem eigenen Raum.
invite-once = Der Link ist nur für Sie und gilt einmal. Bitte kommen Sie ein paar Minuten früher.
invite-help = Klappt etwas nicht? Bitte rufen Sie an: { $phone }.
