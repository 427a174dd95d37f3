# What staff read in an e-mail. Each text has a line of its own.
mail-waiting-subject = Jemand wartet
mail-waiting = In Ihrem Wartezimmer wartet jemand. Hier öffnen Sie es:
mail-set-subject = Sie bekommen eine E-Mail, wenn jemand wartet
mail-set = Ab jetzt bekommen Sie eine E-Mail wie diese, wenn in Ihrem Wartezimmer jemand wartet. Ihr Wartezimmer ist hier:
mail-off = Sie bekommen diese E-Mail, weil es in Ihrem Konto so eingestellt ist. Wenn Sie keine mehr möchten, öffnen Sie diesen Link:
# What a patient reads who has asked for it, as an e-mail or a text message.
mail-turn-subject = Sie sind an der Reihe
mail-turn = Die Praxis ist jetzt für Sie da. Bitte gehen Sie zurück zur Seite des Wartezimmers. Wenn Sie sie geschlossen haben, öffnen Sie diesen Link:
mail-turn-once = Diese Nachricht kommt nur einmal. Der Server hat jetzt vergessen, wohin sie ging.
