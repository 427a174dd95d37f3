# What a patient reads in an e-mail, a text message or a calendar
invite-subject = Your video consultation
invite-subject-by = Your video consultation with { $who }
invite-when = When: { $when }
invite-open = Open this link in your browser. You need no app and no account.
invite-early = Please come a few minutes early. You wait in a room of your own.
invite-once = The link is for you alone and works once. Please come a few minutes early.
invite-help = Does it not work? Please call { $phone }.
