# What staff read in an e-mail. Each text has a line of its own.
mail-waiting-subject = Alguém está à espera
mail-waiting = Alguém está à espera na sua sala de espera. Abra-a aqui:
mail-set-subject = Vai receber um e-mail quando alguém estiver à espera
mail-set = A partir de agora recebe um e-mail como este quando alguém estiver à espera na sua sala de espera. A sua sala de espera está aqui:
mail-off = Recebe este e-mail porque a sua conta assim o pede. Se não quiser receber mais, abra esta ligação:
# What a patient reads who has asked for it, as an e-mail or a text message.
mail-turn-subject = É a sua vez
mail-turn = O consultório está pronto para si. Volte à página da sala de espera. Se a fechou, abra esta ligação:
mail-turn-once = Esta mensagem chega uma só vez. O servidor já esqueceu para onde a enviou.
