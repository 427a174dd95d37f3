# What a patient reads in an e-mail, a text message or a calendar
invite-subject = A sua consulta por vídeo
invite-subject-by = A sua consulta por vídeo com { $who }
invite-when = Quando: { $when }
invite-open = Abra este link no seu navegador. Não precisa de aplicação nem de conta.
invite-early = Entre alguns minutos antes. Espera numa sala só sua.
invite-once = O link é só para si e funciona uma vez. Entre alguns minutos antes.
invite-help = Algo não funciona? Ligue para { $phone }.
