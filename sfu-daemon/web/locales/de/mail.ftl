# What staff read in an e-mail. Each text has a line of its own.
mail-waiting-subject = Jemand wartet
mail-waiting = In Ihrem Wartezimmer wartet jemand. Hier öffnen Sie es:
mail-set-subject = Sie bekommen eine E-Mail, wenn jemand wartet
mail-set = Ab jetzt bekommen Sie eine E-Mail wie diese, wenn in Ihrem Wartezimmer jemand wartet. Ihr Wartezimmer ist hier:
mail-off = Sie bekommen diese E-Mail, weil es in Ihrem Konto so eingestellt ist. Wenn Sie keine mehr möchten, öffnen Sie diesen Link:
