# What a patient reads in an e-mail, a text message or a calendar
invite-subject = Su videoconsulta
invite-subject-by = Su videoconsulta con { $who }
invite-when = Cuándo: { $when }
invite-open = Abra este enlace en su navegador. No necesita ninguna aplicación ni cuenta.
invite-early = Entre unos minutos antes. Espera en una sala solo para usted.
invite-once = El enlace es solo para usted y sirve una vez. Entre unos minutos antes.
invite-help = ¿Algo no funciona? Llame al { $phone }.
