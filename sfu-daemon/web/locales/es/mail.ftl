# What staff read in an e-mail. Each text has a line of its own.
mail-waiting-subject = Alguien espera
mail-waiting = Alguien espera en su sala de espera. Ábrala aquí:
mail-set-subject = Recibirá un correo cuando alguien espere
mail-set = A partir de ahora recibe un correo como este cuando alguien espera en su sala de espera. Su sala de espera está aquí:
mail-off = Recibe este correo porque su cuenta lo pide. Si no quiere recibir más, abra este enlace:
# What a patient reads who has asked for it, as an e-mail or a text message.
mail-turn-subject = Es su turno
mail-turn = La consulta ya está lista para usted. Vuelva a la página de la sala de espera. Si la ha cerrado, abra este enlace:
mail-turn-once = Este mensaje llega una sola vez. El servidor ya ha olvidado adónde lo envió.
