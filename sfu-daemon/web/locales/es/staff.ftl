# What staff read. One idea a sentence, at most 18 words. A patient's name never stands in a title of a tab.

# The frame
staff-skip = Ir al contenido
staff-areas = Salas de espera
staff-room = Sala de espera
staff-count-waiting = de espera
staff-sign-out = Cerrar sesión
staff-min = min
staff-done = Listo
staff-change = Cambiar
staff-copy = Copiar
staff-try-now = Probar ahora
staff-try-again = Probar otra vez
staff-not-now = Ahora no
staff-one-cookie = Usamos una cookie para el equipo. Termina cuando usted cierra la sesión.
staff-announced = Lo que guarda este servidor cambia a partir del { $day }.
staff-announced-see = Todo lo que guarda
staff-announced-read = Lo he leído

# Before there is a waiting room
staff-wait = La sala de espera se abre
staff-wait-say = Le conectamos. Tarda un momento.
staff-link-used = Este enlace ya no funciona.
staff-link-used-say = Cada enlace de entrada funciona una vez y por poco tiempo.
staff-new-link = Cómo obtener un enlace nuevo
staff-new-link-say = Pregunte a quien lleva el servidor. Allí se escribe esta orden:
staff-new-link-once = Abra el enlace nuevo en este aparato. Funciona una vez.
staff-no-answer = El servidor no responde.
staff-no-answer-say = Su enlace aún no está usado. Compruebe su internet y pruebe otra vez.
staff-replaced = Ahora trabaja en otra ventana.
staff-replaced-say = Solo una ventana muestra su sala de espera. Una llamada sigue allí.
staff-use-here = Usar esta ventana
staff-outdated = Hay una versión nueva de esta página.
staff-outdated-say = Recargue la página. Todos conservan su turno.
staff-garbled = Esta página no entiende su servidor.
staff-garbled-say = Recargue la página. Si vuelve a pasar, avise a la persona que lleva el servidor.
staff-unsupported = Este navegador no puede hacer una llamada segura.
staff-unsupported-say = Abra esta página en un Chrome, Firefox o Safari actual.
staff-reload = Recargar la página

# Entrar con contraseña
staff-sign-in = Entrar
staff-sign-in-other = Empezar de nuevo
staff-continue = Continuar
staff-login = Su nombre de usuario
staff-password = Contraseña
staff-password-show = Mostrar la contraseña
staff-no-password = ¿Aún no tiene contraseña?
staff-new-password-title = Elija su propia contraseña
staff-new-password-say = Otra persona eligió la actual. La nueva es solo suya.
staff-new-password = Contraseña nueva
staff-new-password-hint = Al menos 8 caracteres, mejor 12 o más. Varias palabras seguidas son una buena elección.
staff-code-title = Ahora el código de su aplicación
staff-code-say = Abra la aplicación de autenticación en su teléfono. Escriba las seis cifras que muestra para Anteroom.
staff-code = Código
staff-code-hint = ¿Ha perdido el teléfono? Escriba una de las palabras que apuntó.
staff-factor-title = Una segunda cerradura para su cuenta
staff-factor-say = Escanee esta imagen con una aplicación de autenticación en su teléfono. Después escriba las seis cifras que muestra.
staff-factor-qr = Código QR para la aplicación de autenticación
staff-factor-by-hand = O escriba esto en la aplicación:
staff-recovery-title = Apunte estas palabras
staff-recovery-say = Cada una sirve una vez en lugar del código, por ejemplo si pierde el teléfono. Solo las ve ahora.
staff-recovery-done = Ya las he apuntado
staff-problem-wrong = El nombre o la contraseña no es correcto. Inténtelo de nuevo.
staff-problem-code = Este código no es correcto o ya se usó. Espere al siguiente.
staff-problem-too-short = Esta contraseña es demasiado corta.
staff-problem-too-long = Esta contraseña es demasiado larga.
staff-problem-common = Esta contraseña es fácil de adivinar. Elija otra.
staff-problem-same = Esa es la contraseña antigua. Elija una nueva.
staff-problem-busy = El servidor está muy ocupado. Inténtelo de nuevo en un momento.
staff-problem-blocked = { $count ->
    [one] Demasiados intentos. Espere { $count } minuto e inténtelo de nuevo.
   *[other] Demasiados intentos. Espere { $count } minutos e inténtelo de nuevo.
}
staff-account = Su cuenta
staff-account-short = Cuenta
staff-role-admin = Administración
staff-role-provider = Ve pacientes
staff-role-assistant = Ve la cola
staff-account-password = Cambiar la contraseña
staff-account-password-new = Poner una contraseña
staff-account-password-out = Después se cierra la sesión en sus otros dispositivos.
staff-account-factor = Teléfono nuevo para los códigos
staff-account-factor-new = Añadir códigos del teléfono
staff-account-export = Guardar lo que se conserva sobre usted
staff-account-export-say = Un archivo con todo lo que el servidor conserva sobre su cuenta, para usted o para otro programa.
staff-passkeys = Llaves de acceso
staff-passkey-sign-in = Entrar con una llave de acceso
staff-passkey-add = Añadir una llave de acceso
staff-passkey-say = Una llave de acceso abre su cuenta con el dedo, la cara o el PIN de su dispositivo. No hay nada que recordar, ni nada que alguien pueda hacerle decir.
staff-passkey-name = Un nombre para ella
staff-passkey-name-hint = Para reconocerla en la lista, por ejemplo «Mi teléfono».
staff-passkey-made = añadida: { $time }
staff-passkey-remove = Quitar
staff-passkey-remove-title = ¿Quitar la llave de acceso «{ $name }»?
staff-passkey-remove-say = Después ya no abre su cuenta.
staff-problem-passkey = Esta llave de acceso no ha funcionado. Inténtelo de nuevo o entre de otra manera.
staff-problem-passkey-none = No se ha usado ninguna llave de acceso. Si aún no tiene ninguna, entre de otra manera y añada una en «Cuenta».
staff-problem-passkey-not-made = No se ha creado ninguna llave de acceso. Puede intentarlo de nuevo cuando quiera.
staff-problem-passkey-unknown = Esta llave de acceso no se conoce aquí, o ya no. Entre de otra manera y añada una nueva en «Cuenta».
staff-problem-passkey-late = Ha tardado demasiado. Inténtelo de nuevo.
staff-problem-passkey-copied = Quizá alguien tenga una copia de esta llave de acceso. Entre de otra manera, quite la llave en «Cuenta» y avise a la persona que lleva el servidor.
staff-problem-passkey-address = Las llaves de acceso no funcionan en esta dirección. Necesitan la dirección de la consulta con un nombre, por ejemplo https://video.consulta.example.
staff-problem-passkey-full = Tiene tantas llaves de acceso como puede tener una cuenta. Quite primero una.
staff-problem-passkey-known = Ya hay una llave de acceso para su cuenta en este dispositivo.
staff-problem-passkey-stale = Hay que estar seguros de que es usted: cierre la sesión, entre de nuevo y vuelva aquí en diez minutos.
staff-problem-passkey-unsupported = Este navegador o este dispositivo no puede hacerlo. Pruebe con otro.
staff-provider-sign-in = Entrar con { $name }
staff-provider-title = Entrar con { $name }
staff-provider-link = Vincular con { $name }
staff-provider-say = Ahora entra allí una vez. Después puede entrar aquí de la misma manera. De lo que dice { $name } solo se guarda quién es usted allí.
staff-provider-linked = Puede entrar con { $name }.
staff-provider-unlink = Terminar el vínculo
staff-provider-unlink-title = ¿No entrar más con { $name }?
staff-provider-unlink-say = Asegúrese de tener otra manera de entrar.
staff-problem-provider-tell = Entre de otra manera y avise a la persona que lleva el servidor.
staff-problem-provider = { $why ->
    [none] Esta manera de entrar ya no se ofrece aquí.
    [denied] No ha entrado con { $name }. Puede intentarlo de nuevo o entrar de otra manera.
    [silent] { $name } no responde en este momento. Inténtelo de nuevo dentro de un momento o entre de otra manera.
    [browser] Esta entrada se empezó en otra ventana, o hace demasiado tiempo. Empiece aquí de nuevo.
    [replayed] Esta entrada ya se ha usado. Empiece de nuevo.
    [stranger] Ninguna cuenta de aquí está vinculada con su entrada allí. Entre primero de otra manera y después vincule las dos en «Cuenta».
    [admin] Quien administra entra con una llave de acceso, o con contraseña y código. { $name } todavía no prueba aquí un segundo factor.
    [taken] Su entrada allí ya está vinculada con otra cuenta de aquí.
    [unlisted] { $name } remite a una dirección que no está en la lista de este servidor.
    [refused] { $name } no acepta este servidor.
    [malformed] La respuesta de { $name } no está completa.
    [algorithm] La respuesta de { $name } está firmada de una manera que aquí no se acepta.
    [signature] La respuesta de { $name } no está firmada por { $name }.
    [issuer] La respuesta no viene de { $name }, sino de otra persona.
    [audience] La respuesta de { $name } es para otro programa.
    [time] La respuesta de { $name } ya no es válida. Quizá un reloj esté mal.
    [nonce] La respuesta de { $name } pertenece a otra pregunta.
    [manner] No ha entrado con { $name } de la manera que aquí se exige.
   *[garbled] La respuesta de { $name } no se entiende.
}
staff-sessions = Dónde tiene la sesión abierta
staff-session-own = este dispositivo
staff-session-used = usado por última vez: { $time }
staff-session-by-link = Abierta con un enlace
staff-session-by-password = Abierta con contraseña
staff-session-by-passkey = Abierta con una llave de acceso
staff-session-by-provider = Abierta con el servicio de acceso de la consulta
staff-sessions-out = Cerrar todas las sesiones
staff-to-sign-in = Entrar con contraseña

# First run
staff-steps = Pasos
staff-step-name = Su nombre
staff-step-link = Su enlace
staff-setup-title = ¿A quién ven aquí sus pacientes?
staff-setup-name = Su nombre
staff-setup-name-hint = Como le conocen sus pacientes, por ejemplo Dra. Lena Hoffmann.
staff-setup-practice = Su consulta
staff-setup-practice-hint = Por ejemplo Consulta Los Tilos.
staff-setup-phone = Teléfono de ayuda
staff-setup-phone-hint = Está en cada pantalla. Los pacientes llaman si algo no funciona.
staff-setup-save = Guardar y ver mi enlace
staff-link-title = Su sala de espera está lista.
staff-link-this = Este es su enlace
staff-link-say = Délo a todos sus pacientes. Es siempre el mismo.
staff-link-unknown = Su enlace aún no está cargado.
staff-link-phone = ¿Al teléfono?
staff-link-phone-say = Diga al paciente esta dirección:
staff-as-patient = Ver como paciente
staff-open-room = Abrir mi sala de espera

# The link
staff-aside = Mi enlace y mis aparatos
staff-my-link = Mi enlace
staff-copy-my-link = Copiar mi enlace
staff-qr = Código QR
staff-qr-alt = Código QR de su enlace
staff-sms = SMS
staff-mail = Correo
staff-own-device = Se envía desde su aparato. El servidor no conoce ninguna dirección.
staff-edit-area = Cambiar el nombre o el teléfono
staff-invite = Invitar a un paciente
staff-invite-say = Este enlace es siempre el mismo. Todos sus pacientes pueden tenerlo.
staff-invite-instead = Crear mejor un enlace para una sola visita
staff-invite-reads = Idioma del paciente
staff-invite-at = Día y hora
staff-invite-at-hint = Si lo desea. Hace falta para el calendario.
staff-invite-text = Leer el texto
staff-invite-calendar = Calendario
staff-invite-copy = Copiar el enlace
staff-invite-copy-text = Copiar el texto
staff-invite-qr-alt = Código QR de la invitación
staff-invite-print = Imprimir
staff-invite-agreed = El paciente acepta mensajes SMS
staff-invite-agreed-hint = Pregunte antes. Un SMS se puede leer por el camino.
staff-invite-file = Videoconsulta.ics

# The waiting room
staff-waiting = { $count ->
    [0] Nadie espera
    [one] { $count } persona espera
   *[other] { $count } personas esperan
}
staff-live = Conectado. Esta lista está al día.
staff-lost = Conexión perdida. Probamos otra vez.
staff-lost-since = Sin conexión desde las { $time }. Esta lista puede ser antigua. Los pacientes conservan su turno.
staff-strip-lost = Sin conexión
staff-draining = El servidor se detiene a las { $time } como tarde. Las llamadas siguen hasta entonces. Nadie nuevo puede entrar.
staff-held-banner = { $name } está en pausa. Nadie le ve ni le oye.
staff-presence = Lo que ven los pacientes
staff-presence-open = Abierto
staff-presence-busy = Ocupado
staff-presence-away = Ausente
staff-presence-closed = Cerrado
staff-patients-read = Los pacientes leen: «{ $text }»
staff-presence-title-away = ¿Qué leen los pacientes durante su ausencia?
staff-presence-title-closed = ¿Qué leen los pacientes cuando está cerrado?
staff-presence-words = Texto para los pacientes
staff-presence-default = Si lo deja vacío, los pacientes leen: «{ $text }»
staff-presence-save = Mostrar esto
staff-closed-say = Nadie nuevo puede entrar. Quien espera sigue en la lista.
staff-text-away = El médico vuelve dentro de poco.
staff-text-closed = La sala de espera está cerrada ahora.
staff-empty-open = Su puerta está abierta.
staff-empty-say = Envíe su enlace. Cuando alguien entra, oye un timbre y ve aquí el nombre.
staff-empty-closed = Su puerta está cerrada.
staff-empty-closed-say = Nadie puede entrar. Elija Abierto cuando quiera empezar.
staff-section-in-call = En llamada, { $count }
staff-section-held = En pausa, { $count }
staff-section-line = En espera, { $count }
staff-start = Empezar
staff-assistant-say = Usted ve quién espera y puede escribir notas. Sus colegas empiezan las consultas.
staff-start-with = Empezar con { $name }
staff-cancel-call = Cancelar
staff-to-call = A la llamada
staff-resume = Seguir
staff-hold = Pausa
staff-more = Más para { $name }
staff-hand-over = Pasar a un colega
staff-remove = Sacar de la fila
staff-waited = { $count ->
    [0] Espera desde hace menos de 1 minuto
    [one] Espera desde hace { $count } minuto
   *[other] Espera desde hace { $count } minutos
}

# The worst fact about one visit
staff-fact-setting-up = Se prepara
staff-tell-turn = Avisar
staff-told-turn = Avisado: es su turno
staff-fact-place-kept = Turno guardado hasta las { $time }
staff-fact-lost = Conexión perdida
staff-fact-called = Llamada, { $seconds } s
staff-fact-minute = Necesita un minuto
staff-fact-with-other = Con { $clinician }
staff-fact-in-call = En llamada con usted
staff-fact-held = En pausa
staff-fact-mic-blocked = Micrófono bloqueado
staff-fact-no-mic = Sin micrófono
staff-fact-mic-silent = El micrófono no suena
staff-fact-cam-blocked = Cámara bloqueada
staff-fact-no-camera = Sin cámara
staff-fact-ready = Todo listo
staff-fact-works = Cámara y sonido funcionan
staff-fact-tested = Cámara, micrófono y conexión probados
staff-fact-hears-nothing = No oye nada
staff-network-unknown = Conexión sin probar
staff-network-good = Conexión probada
staff-network-tcp = La conexión funciona dando un rodeo (TCP)
staff-network-lossy = Conexión débil: { $loss } % de pérdidas
staff-network-slow = Conexión lenta: { $delay } ms
staff-network-narrow = Conexión débil: { $rate } kbit/s
staff-network-blocked = No pasa ni sonido ni imagen
staff-fact-gone = Ya no está
staff-camera-works = La cámara funciona
staff-camera-unknown = Cámara sin probar
staff-sound-works = El sonido funciona
staff-sound-unknown = Sonido sin probar

# News, one line
staff-news-arrived = { $name } está en la sala de espera.
staff-news-left = { $name } ha dejado la fila.
staff-news-lost = { $name } perdió la conexión. Guardamos su turno.
staff-news-back = { $name } ha vuelto.
staff-news-minute = { $name } necesita un minuto.
staff-news-offline = Sin conexión. Pruebe otra vez cuando la lista esté al día.
staff-news-saved = Guardado.
staff-news-not-copied = Este navegador no copia. Marque el texto y cópielo a mano.
staff-news-copied = Copiado.
staff-refused = No funcionó. Pruebe otra vez.
staff-refused-late = Llegó tarde. La lista muestra cómo está ahora.
staff-refused-not-allowed = Usted no puede hacer eso.
staff-refused-area = Esa sala de espera no recibe a nadie ahora.
staff-refused-room-full = Ya hay nueve personas en esta llamada. No hay sitio para más.
staff-refused-too-many = Fue demasiado rápido. Espere un momento y pruebe otra vez.
staff-refused-draining = El servidor se detiene pronto. Nada nuevo puede empezar.
staff-refused-text = El texto es demasiado largo o está vacío. Cámbielo y pruebe otra vez.

# The bell and the own devices
staff-arrives = Cuando llega alguien
staff-bell = Timbre
staff-bell-hint = En silencio durante una llamada
staff-bell-locked = El navegador mantiene el timbre en silencio. Pulse una vez en esta página.
staff-test-bell = Probar el timbre
staff-own-devices = Su cámara y su sonido
staff-own-devices-new = Pruébelos una vez antes de la primera consulta.
staff-own-devices-work = Los dos funcionan. Están apagados hasta que usted empieza.
staff-own-devices-look = Falta algo. Mírelo antes de empezar.
staff-own-computer = Cámara, sonido e internet
staff-check-devices = Comprobar este ordenador
staff-device-works = Funciona
staff-device-asking = Acepte cuando el navegador pregunte y diga algo.
staff-device-denied = El navegador lo bloquea.
staff-device-absent = No encontramos ninguno.
staff-device-busy = Otro programa lo usa. Ciérrelo.
staff-device-silent = No oímos nada. ¿Está tapado o apagado?
staff-own-network-running = Estamos probando el internet de este ordenador
staff-own-network-running-say = Tarda hasta medio minuto.
staff-own-network-good = El internet basta para consultas por vídeo
staff-own-network-tcp = El internet funciona por un desvío (TCP)
staff-own-network-tcp-say = Esta red bloquea el camino directo (UDP). Las llamadas funcionan, pero pueden llegar tarde. Pida a quien cuida su red que permita UDP hacia este servidor.
staff-own-network-lossy = El internet pierde partes de la llamada
staff-own-network-lossy-say = Las palabras pueden cortarse. Use un cable o acérquese a su wifi.
staff-own-network-slow = El internet tarda en responder
staff-own-network-slow-say = Pueden hablar a la vez sin querer. Use un cable y pare otros vídeos y descargas.
staff-own-network-narrow = El internet es demasiado débil para una consulta
staff-own-network-narrow-say = Una consulta debería tener { $needed } kbit/s en ambos sentidos. Las imágenes pueden verse borrosas. Use un cable y pare otros vídeos y descargas.
staff-own-network-blocked = No pasa ni sonido ni imagen
staff-own-network-blocked-say = Esta red no deja pasar llamadas. Pida a quien la cuida que permita UDP y TCP hacia este servidor.
staff-own-network-failed = No hemos podido probar el internet ahora
staff-own-network-failed-say = Las llamadas pueden funcionar igualmente. Pruebe otra vez dentro de un minuto.
staff-network-carries = Medido: { $rate } kbit/s en ambos sentidos, { $loss } % perdido, { $delay } ms de ida y vuelta.
staff-network-carries-more = Medido: más de { $needed } kbit/s en ambos sentidos, { $loss } % perdido, { $delay } ms de ida y vuelta.
staff-level-none = Nivel: bajo
staff-level-good = Nivel: bueno
staff-blocked-help = Pulse el signo junto a la dirección. Permita cámara y micrófono y pruebe otra vez.

# May I start?
staff-confirm = ¿Empezar con { $name }?
staff-patients-devices = Aparatos del paciente
staff-confirm-unfinished = La prueba de cámara y sonido no ha terminado. Puede empezar igualmente.
staff-confirm-lost = El paciente no está conectado ahora. La llamada le espera.
staff-my-camera = Mi cámara está encendida
staff-enter-starts = empieza,
staff-esc-back = vuelve atrás
staff-confirm-gone = Ahora no se puede empezar.
staff-confirm-gone-say = El paciente se ha ido, o un colega fue más rápido.
staff-remove-title = ¿Sacar a { $name } de la fila?
staff-remove-say = El turno se pierde. El paciente puede entrar otra vez.
staff-remove-reason = Motivo para el paciente
staff-remove-hint = Puede dejarlo vacío.
staff-hand-over-title = ¿Quién recibe a { $name }?
staff-hand-over-say = El turno se conserva. No hace falta entrar otra vez.

# The call
staff-call-with = Llamada con { $name }
staff-in-call-title = En llamada
staff-silent = Silencio
staff-tools = Más
staff-end = Terminar
staff-full-screen = Pantalla completa
staff-keys = Teclas
staff-to-room = A la sala de espera
staff-note-held = { $name } está en pausa. No se ven ni se oyen.
staff-note-connecting = Su cámara y su sonido se conectan.
staff-veil-say = Deje esta página abierta. { $name } ve que falta la conexión.
staff-note-other-connecting = { $name } está entrando.
staff-note-other-lost = { $name } perdió la conexión. Guardamos su turno.
staff-note-sound-blocked = El navegador retiene el sonido.
staff-sound-on = Encender el sonido
staff-note-no-mic = { $name } no le oye. Su micrófono falta o está bloqueado.
staff-chat-gone = Solo en esta ventana. Desaparece cuando la cierra.
staff-save-chat = Guardar
staff-chat-file = mensajes.txt

# Several in a call
staff-people = Personas en esta llamada
staff-person-waits = espera
staff-add = Añadir a esta llamada
staff-let-in = Dejar entrar
staff-let-go = Despedir
staff-join = Unirse
staff-leave = Salir
staff-not-let-in = Esta ventana no ha dejado entrar a { $name }. No se ven ni se oyen.
staff-guest-invite = Invitar a alguien
staff-guest-title = Invitar a alguien junto a { $name }
staff-guest-say = Envíe este enlace a una sola persona, por ejemplo un intérprete o un familiar. Sirve una vez, y solo durante esta visita. Quien lo abra espera aquí hasta que le deje entrar.
staff-guest-none = Este ordenador aún no tiene enlace para pacientes. Primero hay que aceptarlo.
staff-guest-of = Invitado de { $name }
staff-guest-waits = { $name } tiene invitación y espera.

# Devices of the practice
staff-devices = Aparatos en esta visita
staff-device-add = Añadir un aparato
staff-device-say = Un aparato de la consulta entra con su propia imagen: una ecografía, una cámara o un programa como OBS.
staff-device-name = ¿Qué es?
staff-device-hint = Los dos ven este nombre, por ejemplo: Ecografía.
staff-device-ready = El aparato ya puede entrar
staff-device-enter = Introduzca la dirección y el código en el aparato. En OBS: Ajustes, Emisión, servicio WHIP.
staff-device-publish = Dirección para enviar una imagen
staff-device-token = Código
staff-device-play = Dirección solo para mirar
staff-device-once = Solo ve el código ahora. Sirve hasta que termine la visita.
staff-device-in-use = está conectado
staff-device-waits = aún no está conectado
staff-device-remove = Quitar

# The end
staff-end-title = ¿Y ahora, para { $name }?
staff-end-visit = Terminar la consulta
staff-end-visit-say = El paciente puede volver durante poco tiempo.
staff-end-hold = De vuelta a la sala de espera
staff-end-hold-say = El turno se conserva. No se ven ni se oyen.
staff-end-stay = Seguir en la llamada
staff-ended = Consulta terminada
staff-ended-lasted = { $count ->
    [0] Consulta terminada, menos de 1 minuto
    [one] Consulta terminada, { $count } minuto
   *[other] Consulta terminada, { $count } minutos
}
staff-ended-patient-left = { $name } ha dejado la llamada.
staff-ended-lost = La conexión con { $name } faltó demasiado tiempo.
staff-ended-stopped = El servidor se ha detenido.
staff-next = Después: { $name }
staff-kept = Lo que guarda el servidor
staff-kept-say = Nada de lo dicho, mostrado o escrito. El nombre está borrado.
staff-return = ¿Terminada por error?
staff-return-say = { $name } puede volver durante poco tiempo y conserva su turno.

# Keys
staff-keys-on = Las letras solas son órdenes
staff-key-n = <strong>N</strong> siguiente paciente
staff-key-arrows = <strong>↑ ↓</strong> moverse en la lista
staff-key-m = <strong>M</strong> sonido
staff-key-v = <strong>V</strong> cámara
staff-key-c = <strong>C</strong> chat
staff-key-h = <strong>H</strong> pausa o seguir
staff-key-e = <strong>E</strong> y ahora
staff-key-help = <strong>?</strong> esta lista

# Files.
staff-files-agreed = { $name } está de acuerdo con los archivos en esta consulta.
staff-files-declined = { $name } no quiere archivos en esta consulta.

# A photo that staff ask for
staff-show-ask = Pedir ver la pantalla
staff-show-asked = Se ha pedido a { $name } que muestre la pantalla.
staff-show-declined = { $name } no quiere mostrar la pantalla.
staff-show-shown = { $name } muestra ahora la pantalla.
staff-show-impossible = El aparato de { $name } no puede mostrar su pantalla.
staff-show-failed = No se ha podido preguntar a { $name }. Inténtelo de nuevo.
staff-photo-ask = Pedir una foto
staff-photo-asked = Se pidió una foto a { $name }.
staff-photo-looking = { $name } está haciendo una foto.
staff-photo-declined = { $name } no quiere enviar una foto.
staff-photo-allowed = { $name } ahora permite fotos. Puede volver a pedirla.
staff-photo-sent = { $name } ha enviado una foto. Está en el chat.
staff-photo-failed = La foto no salió con { $name }.
staff-screen-agreed = { $name } acepta mostrar la pantalla.
staff-screen-declined = { $name } no quiere mostrar la pantalla.

# The consent form
staff-form = Consentimiento
staff-form-template = Mostrar el modelo en el idioma del paciente
staff-form-own = Mostrar un formulario propio (PDF o texto)
staff-form-limit = Un PDF puede tener { $size } y { $pages } páginas; un texto, { $chars } caracteres.
staff-form-show = Mostrar el texto
staff-form-sending = El formulario va camino de { $name }.
staff-form-asked = { $name } está leyendo el formulario.
staff-form-lost = La página de { $name } se ha cargado otra vez y ya no muestra el formulario.
staff-form-again = Mostrar el formulario otra vez
staff-form-declined = { $name } no quiere firmar.
staff-form-unread = El formulario no se puede mostrar a { $name }. Imprímalo en un PDF nuevo o use un texto.
staff-form-signed = { $name } ha firmado. Guarde su copia: el servidor no tiene ninguna.
staff-form-failed = El formulario no llegó. Muéstrelo otra vez.
staff-form-save = Guardar el formulario firmado
staff-form-unsaved = Aún no está guardado.
staff-form-done = Hecho
staff-form-title = Consentimiento para una visita por vídeo
staff-form-file = Consentimiento
staff-form-not-no_text = Este archivo no es ni un PDF ni un texto, o el texto es demasiado largo.
staff-form-not-too_large = Este archivo es demasiado grande.
staff-form-not-no_pdf = Este archivo se llama PDF, pero no lo es.
staff-form-not-locked = Este PDF está bloqueado con una contraseña. Guárdelo sin contraseña.
staff-form-not-broken = Este PDF está dañado. Imprímalo en un PDF nuevo y elija ese.
staff-form-not-active = Este PDF puede hacer cosas por sí mismo. Imprímalo en un PDF nuevo y elija ese.
staff-form-not-hidden = Hay otros archivos dentro de este PDF. Imprímalo en un PDF nuevo y elija ese.
staff-form-not-pictures = La página no puede mostrar las imágenes de este PDF. Imprímalo en un PDF nuevo y elija ese.
staff-form-not-pages = Este PDF tiene demasiadas páginas.

# Keys of the practice
staff-link-code = Si un enlace llega incompleto, los pacientes escriben este código:
staff-link-later = Verá el enlace cuando se acepte este ordenador.
staff-name-unread = El nombre no se lee en este ordenador
staff-name-unread-say = Quizá otro ordenador de la consulta lo lea. O pida al paciente que entre de nuevo.
staff-name-old = Escrito otro día
staff-stranger = Este ordenador todavía no lee los nombres.
staff-stranger-say = Alguien lo acepta en un ordenador de la consulta. Antes, comparen este código:
staff-stranger-compare = Uno al lado del otro, o por teléfono.
staff-keys-lost = Ya no queda otro ordenador
staff-wrong-keys = El servidor muestra otras claves que las que conoce este ordenador.
staff-wrong-keys-say = No empiece ninguna visita. ¿La consulta ha hecho claves nuevas? Entonces compare otra vez. Si no, pregunte a quien lleva el servidor.
staff-compare-anew = Tenemos claves nuevas, comparar otra vez
staff-offer = Otro ordenador quiere participar:
staff-offer-compare = ¿Muestra el mismo código?
staff-offer-same = Es el mismo
staff-offer-else = Si no, o si nadie se lo ha pedido, no haga nada.
staff-offer-gone = Ya no lo pide
staff-accept = ¿Para qué es este ordenador?
staff-accept-name = ¿Quién trabaja en él?
staff-accept-hint = Los pacientes ven este nombre en la llamada.
staff-accept-part = ¿Qué puede hacer?
staff-accept-do = Aceptar
staff-part-assistant = Asistente
staff-part-assistant-say = lee nombres, no hace llamadas
staff-part-clinician = Médico
staff-part-clinician-say = lee nombres y hace llamadas
staff-part-holder = Guardián de claves
staff-part-holder-say = también acepta y quita ordenadores
staff-browsers = Ordenadores de la consulta
staff-browsers-count = { $count ->
    [one] { $count } ordenador lee los nombres.
   *[other] { $count } ordenadores leen los nombres.
}
staff-browsers-show = Mostrar los ordenadores
staff-browsers-say = Solo estos leen los nombres de los pacientes. El servidor no puede.
staff-browsers-add = Para añadir uno, entre con él. Muestra un código que se compara aquí.
staff-browser-own = este ordenador
staff-browser-unnamed = Sin nombre
staff-revoke = ¿Quitar { $name }?
staff-revoke-say = Desde ahora no lee nombres nuevos ni hace llamadas. Su enlace sigue igual.
staff-paper = Una hoja para la caja fuerte
staff-paper-hint = Guarde una copia de su clave.
staff-paper-hint-say = Si este ordenador se estropea, la necesita para conservar su enlace.
staff-paper-show = Mostrar la hoja
staff-paper-later = Ahora no
staff-paper-what = Esta es la clave de su sala de espera:
staff-paper-how = Si se pierden todos los ordenadores: entre con uno nuevo, elija «Ya no queda otro ordenador» y escríbala.
staff-paper-code = Código de su enlace: { $code }
staff-paper-safe = Quien tenga esta hoja puede hacerse pasar por su consulta. Guárdela bajo llave.
staff-paper-print = Imprimir
staff-restore = Escribir la clave de la hoja
staff-restore-hint = 52 letras y números. Su enlace sigue igual. Los demás ordenadores deben aceptarse de nuevo.
staff-restore-wrong = Esta no es la clave de esta sala de espera. Mire cada letra.
staff-restore-do = Usar esta clave
staff-anew = Tampoco tenemos hoja
staff-anew-say = Puede hacer claves nuevas. Entonces los enlaces antiguos detienen a los pacientes, y debe enviar a todos un enlace nuevo.
staff-anew-do = Hacer claves nuevas
staff-words = Comparar palabras
staff-words-say = Para estar seguros el uno del otro, lean cuatro palabras en voz alta.
staff-policy = Cómo se protegen las llamadas
staff-policy-require = Cifradas.
staff-policy-require-say = Recomendado. Funciona cualquier enlace.
staff-policy-insist = Cifradas, y solo con el enlace entero o el código.
staff-policy-insist-say = Lo más seguro. Quien tiene un enlace antiguo debe escribir el código.
staff-policy-prefer = Cifradas, pero se permiten aparatos.
staff-policy-prefer-say = Para una ecografía o una segunda cámara. El servidor puede ver lo que envía ese aparato.
staff-prefer-title = ¿Permitir aparatos que no cifran?
staff-prefer-server = El servidor, y quien lo gestiona, puede ver y oír lo que envía ese aparato.
staff-prefer-people = Lo que dicen y muestran las personas sigue cifrado.
staff-prefer-lock = Mientras hay un aparato en la llamada, el candado está abierto para todos. Quien no tiene el enlace entero no ve el aparato.
staff-prefer-allow = Permitir aparatos
staff-device-none-holder = Aquí no se permiten aparatos, porque no cifran. Usted puede cambiarlo.
staff-device-none = Aquí no se permiten aparatos, porque no cifran. Quien tiene la clave de la consulta puede cambiarlo.

# A note for colleagues on a card
staff-memo-write = Escribir una nota
staff-memo-change = Cambiar la nota
staff-memo-title = Una nota sobre { $name }
staff-memo-label = Nota para su equipo
staff-memo-hint = Como máximo { $chars } caracteres.
staff-memo-say = Quienes trabajan en esta sala de espera pueden leerla y ven quién la escribió. { $name } y el servidor no pueden. Desaparece cuando termina la visita.
staff-memo-save = Guardar la nota
staff-memo-delete = Borrar la nota
staff-memo-unread = Hay una nota que este navegador no puede leer.
staff-memo-by = { $name }, { $time }
staff-memo-stays = Su nota no va con la visita. Se borra.
staff-memo-not-written = No se pudo escribir la nota. Abra la página de nuevo.

# Quién entra, y cuándo
staff-rules = Quién puede entrar
staff-rules-change = Horario y entrada
staff-rules-save = Guardar
staff-rules-back = Volver a la sala de espera
staff-rules-no-hours = Sin horario.
staff-rules-hours = Abre y cierra según su horario.
staff-rules-anyone = Quien tiene su enlace puede entrar.
staff-rules-passcode = Los pacientes necesitan la contraseña:
staff-rules-invited = Los pacientes necesitan un enlace para una visita.
staff-hours = Horario
staff-hours-on = Abrir y cerrar según este horario
staff-hours-on-hint = Quien ya está dentro sigue en la fila después del cierre.
staff-hours-from = { $day }, periodo { $which }, de
staff-hours-to = { $day }, periodo { $which }, a
staff-hours-until = a
staff-hours-empty = Deje las dos horas vacías cuando está cerrado. 0:00 como final es medianoche.
staff-hours-zone = Zona horaria
staff-hours-text = Texto para pacientes cuando está cerrado
staff-hours-text-hint = Por ejemplo, a quién llamar en una urgencia. Los pacientes ven también cuándo abre de nuevo.
staff-out-of-hours = Cerrado según su horario.
staff-out-of-hours-until = Cerrado según su horario hasta { $day }, { $time }.
staff-entry = Entrada
staff-entry-anyone = Quien tiene su enlace
staff-entry-anyone-say = El modo habitual.
staff-entry-passcode = Contraseña
staff-entry-passcode-say = Los pacientes escriben una palabra que usted les ha dicho. Con un enlace para una visita no hace falta.
staff-entry-invited = Solo con un enlace para una visita
staff-entry-invited-say = Entonces su propio enlace no deja entrar a nadie.
staff-passcode = Contraseña
staff-passcode-hint = Al menos { $chars } letras y cifras. Deja fuera a los extraños. Cámbiela de vez en cuando.
staff-waiting-max = Cuántas personas pueden entrar
staff-waiting-max-hint = Vacío: hasta { $max }. Quien viene después lee que la sala está llena.
staff-visit-link = Enlace para una visita
staff-visit-link-say = Una persona entra con él una vez. ¿Cuánto tiempo vale?
staff-visit-link-days = { $days ->
    [one] 1 día
   *[other] { $days } días
}
staff-visit-link-made = Envíe este enlace a un solo paciente.
staff-visit-link-until = Vale hasta el { $day }, { $time }.
staff-visit-link-once = Solo se muestra ahora. Nadie puede verlo más tarde.
staff-held-back = Muchas entradas vienen de una sola conexión a internet.
staff-held-back-say = Algunas personas tienen que esperar un minuto. Las demás entran como siempre.

# Cuando nadie mira
staff-notes = Aviso en este ordenador
staff-notes-hint = Dice «Alguien espera». Nunca un nombre.
staff-notes-blocked = El navegador bloquea los avisos de esta página. Permítalos en sus ajustes.
staff-note = Alguien espera.
staff-snooze = No recordar durante 10 minutos
staff-snooze-end = Recordar de nuevo
staff-snoozed = Sin recordatorio hasta las { $time }

# Mensajes entre la recepción y la fila
staff-line-new = { $count ->
    [one] 1 mensaje nuevo
   *[other] { $count } mensajes nuevos
}
staff-line-count = { $count ->
    [one] 1 mensaje
   *[other] { $count } mensajes
}
staff-line-write = Escribir un mensaje
staff-line-title = Mensajes con { $name }
staff-line-say = { $name } lee esto mientras espera. Está cifrado y se borra con la visita.
staff-line-unread = Un mensaje que este navegador no puede leer
staff-line-came = Nuevo mensaje de { $name }

# How it looks to patients
staff-look = Lo que ven los pacientes
staff-look-change = Logotipo, color y bienvenida
staff-look-words = Color y bienvenida
staff-look-colour = Un color propio
staff-look-colour-hint = Para la pared y los botones principales. El texto encima es blanco.
staff-look-pick = Color
staff-look-readable = El texto se lee bien: { $ratio } a 1.
staff-look-pale = El texto blanco se lee mal: { $ratio } a 1. Hace falta { $least } a 1. Elija un color más oscuro.
staff-look-welcome = Bienvenida
staff-look-welcome-hint = Los pacientes la leen al entrar. Una línea que empieza con # es un título, con - una lista. **Dos estrellas** ponen negrita.
staff-look-logo = Logotipo
staff-look-logo-hint = PNG, JPEG o WebP, hasta 256 KB.
staff-look-logo-alt = Su logotipo
staff-look-show = Para quienes esperan
staff-look-show-hint = Una imagen (hasta 2 MB), un vídeo (MP4 o WebM, hasta 16 MB) o un PDF (hasta 5 MB). Todo viene de este servidor.
staff-look-show-alt = Lo que ven los pacientes mientras esperan
staff-look-pdf = Hay un PDF puesto.
staff-look-choose = Elegir un archivo
staff-look-busy = Enviando…
staff-look-remove = Quitar
staff-look-saved = Guardado. Los pacientes ya lo ven.
staff-look-kind = Este tipo de archivo no sirve aquí.
staff-look-large = El archivo es demasiado grande. Puede tener hasta { $size }.
staff-look-pixels = La imagen tiene demasiados píxeles o está dañada.
staff-look-full = Todas las salas juntas tienen demasiados archivos. Quite uno.
staff-look-failed = No se guardó. Inténtelo otra vez.
staff-look-text = La bienvenida es demasiado larga.
staff-look-not-colour = Este color no sirve.

# When no page is open
staff-reach = Avisarme en otro lugar
staff-reach-say = Cuando alguien espera y usted no está en consulta, recibe un correo. Dice solo eso, y nunca un nombre.
staff-reach-address = Su dirección de correo
staff-reach-set = Enviarme correos
staff-reach-end = No más correos
staff-reach-kept = Su dirección se guarda con su cuenta, sellada. Se borra cuando deja de querer los correos.
staff-reach-sent = Acabamos de enviarle un correo. Si no llega, mire en la carpeta de spam.
staff-reach-later = Guardado. El servidor de correo no aceptó enseguida el primer correo. Quizá llegue más tarde.
staff-reach-off = Ya no recibe correos.
staff-reach-refused = El servidor de correo no acepta esta dirección. Compruébela, por favor.
staff-reach-busy = No ha funcionado. Inténtelo de nuevo dentro de un minuto, por favor.
staff-reach-offline = No hay conexión. Inténtelo de nuevo, por favor.
staff-push = Avisar a este navegador
staff-push-hint = Muestra «Alguien espera», también con esta página cerrada. El fabricante del navegador sabe que se envió algo, pero no qué.
staff-push-cannot = Este navegador no puede hacerlo aquí.
staff-push-failed = El servicio del navegador no respondió. Inténtelo de nuevo más tarde, por favor.
staff-mail-off = ¿No más correos?
staff-mail-off-say = Entonces ya no recibe correos cuando alguien espera. Puede volver a activarlos en su sala de espera.
staff-mail-is-off = Ya no recibe correos
staff-mail-is-off-say = Puede cerrar esta página.
staff-mail-off-failed = No ha funcionado
staff-mail-off-failed-say = Quizá el enlace sea antiguo, o los correos ya estén desactivados. También puede desactivarlos en su sala de espera, en «Avisarme en otro lugar».

# The server sends an invitation
staff-invite-server = Dejar que lo envíe el servidor
staff-invite-server-say = Entonces el servidor de su consulta lee la dirección y el enlace, y olvida la dirección en cuanto está enviado. Quien controle el servidor podría poner otra clave en el enlace. Los medios de arriba no tienen este riesgo.
staff-invite-to-mail = Correo electrónico del paciente
staff-invite-to-sms = Número de móvil del paciente
staff-invite-by-mail = Enviar por correo
staff-invite-by-sms = Enviar por SMS
staff-invite-sending = Enviando …
staff-invite-first-agreed = Diga primero, arriba, que el paciente acepta SMS.
staff-invite-sent = Enviado. La dirección está olvidada.
staff-invite-failed = No se ha podido enviar. La dirección está olvidada. Use uno de los medios de arriba, por favor.
staff-invite-unfit = Esta dirección no sirve. Compruébela, por favor.
staff-invite-many = Han sido muchos en un minuto. Espere un momento, por favor.
