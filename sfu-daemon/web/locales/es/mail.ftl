# What staff read in an e-mail. Each text has a line of its own.
mail-waiting-subject = Alguien espera
mail-waiting = Alguien espera en su sala de espera. Ábrala aquí:
mail-set-subject = Recibirá un correo cuando alguien espere
mail-set = A partir de ahora recibe un correo como este cuando alguien espera en su sala de espera. Su sala de espera está aquí:
mail-off = Recibe este correo porque su cuenta lo pide. Si no quiere recibir más, abra este enlace:
