# The patient's page. A2: one idea, one sentence, at most 14 words, polite. Strong marks the words of a button or menu.

# Everywhere
practice = Consulta
the-practice = la consulta
the-practice-first = La consulta
help-by-phone = Ayuda por teléfono: { $phone }
call-practice = Llamar a la consulta
message-from-practice = Mensaje de la consulta
keep-place = Usted conserva su lugar.
try-again = Intentar de nuevo
try-now = Intentar ahora
check-in-again = Entrar de nuevo
name-deleted = El servidor ha borrado su nombre.
presence-open = Abierto ahora
presence-busy = Con otra persona
presence-busy-guest = En consulta
presence-away = Ausente un momento
presence-closed = Cerrado ahora
presence-not-connected = Sin conexión

# Title of the tab
tab-checked-in = Entrada hecha · { $place }
tab-waiting = { $position ->
    [0] En espera
   *[other] ({ $position }) En espera
} · { $place }
tab-turn = Es su turno · { $place }
tab-call = Llamada · { $who }
tab-held = En pausa · { $place }
tab-offline = Sin conexión desde las { $time } · { $place }
tab-over = Visita terminada · { $place }

# Opening
opening-title = Abrimos la sala de espera.
opening-text = Tarda un momento.

# P0: check in
p0-title = Hola. Por favor, díganos su nombre.
p0-guest-title = Le han invitado a una videoconsulta.
p0-guest-text = { $who } le dejará entrar. Antes de eso, nadie le ve ni le oye.
p0-name = Su nombre
p0-name-empty = Escriba aquí su nombre, por favor.
p0-name-refused = Este nombre es demasiado largo. Escríbalo más corto, por favor.
p0-check-in = Entrar en la sala de espera
p0-checking-in = Entrando …
p0-no-app = No necesita aplicación ni cuenta.
p0-who-sees = Solo la consulta ve su nombre.
p0-no-record = No grabamos nada. No guardamos nada.
p0-open = { $waiting ->
    [0] Abierto ahora. Nadie espera.
    [one] Abierto ahora. { $waiting } persona espera.
   *[other] Abierto ahora. { $waiting } personas esperan.
}
p0-place-lost = Ya no encontramos su lugar. Entre de nuevo, por favor.
p0-too-many = Muchas personas entran ahora. Lo intentamos otra vez en 20 segundos.
p0-emergency = ¿Es una urgencia? Llame al 112.
p0-closed-title = La sala de espera está cerrada.
p0-closed-text = Puede usar el mismo enlace más tarde.
p0-passcode = Contraseña de la consulta
p0-passcode-hint = La consulta le ha dicho esta palabra o este número.
p0-passcode-wrong = Esta contraseña no es correcta. Mírela otra vez o llame a la consulta.
p0-link-used = Este enlace sirve una sola vez. Ya se usó o es demasiado antiguo. Pida otro a la consulta.
p0-invited-title = Necesita un enlace para su visita.
p0-invited-text = La consulta le envía un enlace para cada visita. Abra ese enlace.
p0-closed-opens = Abre de nuevo el <strong>{ $day } a las { $time }</strong>. Entonces sirve el mismo enlace.
p0-closed-zone = Las horas son las de { $place }.
p0-hours = Horario
p0-hours-days = De { $from } a { $to }
p0-hours-time = de { $from } a { $to }
p0-full-title = La sala de espera está llena.
p0-full-text = Deje esta página abierta. Le avisa cuando haya un lugar.
p0-draining-title = El servidor de la consulta se reinicia.
p0-draining-text = Podrá entrar en unos minutos.

# P1 and P2: camera and sound
steps = Pasos
step-checked-in = Entrada hecha
step-set-up = Cámara y sonido
step-waiting = Sala de espera
p1-title = Ya tiene su lugar. Ahora su cámara.
p1-text = El navegador le hará una pregunta. Elija <strong>Permitir</strong>.
p1-turn-on = Encender cámara y sonido
p1-asking = Elija «Permitir» …
p1-without-camera = Seguir sin cámara
p1-nobody-sees = Todavía nadie le ve. { $who } le verá cuando empiece la visita.
p1-picture = Imagen de la pregunta del navegador. El botón Permitir está marcado.
p1-picture-wants = { $host } quiere
p1-picture-camera = usar la cámara
p1-picture-microphone = usar el micrófono
p1-picture-block = Bloquear
p1-picture-allow = Permitir
p2-title = ¿Ve y oye bien?
p2-only-you = Solo usted ve esto
p2-no-camera = Sin imagen
p2-hear-music = ¿Oye la música?
p2-hear-ask = Toque el altavoz. Ponemos un sonido corto.
p2-hear-yes = Usted oye bien.
p2-hear-no = Suba el volumen. Quítese los auriculares. Pruebe otra vez.
p2-play = Poner el sonido
p2-yes = Sí, la oigo
p2-no = No
p2-say-hello = Diga «hola»
p2-no-microphone = Sin su sonido
p2-microphone-unknown = La barra se mueve cuando usted habla.
p2-microphone-works = La barra se mueve. Le oímos.
p2-microphone-silent = No oímos nada. ¿Está el micrófono tapado o apagado?
p2-microphone-denied = El navegador lo bloquea. Puede escribir en el chat.
p2-microphone-absent = No encontramos ninguno. Puede escribir en el chat.
p2-microphone-busy = Otro programa lo usa.
p2-microphone-skipped = Sigue sin sonido. Puede escribir en el chat.
p2-camera-unknown = La imagen viene ahora.
p2-camera-works = Funciona. ¿Está su cara en la imagen?
p2-camera-silent = La imagen viene ahora.
p2-camera-denied = El navegador la bloquea.
p2-camera-absent = No encontramos ninguna.
p2-camera-busy = Otro programa la usa.
p2-camera-skipped = Sigue sin cámara.
p2-level-none = Nivel del micrófono: nada
p2-level-good = Nivel del micrófono: bueno
p2-flip = Usar la otra cámara
p2-works = Funciona
p2-network-running = Estamos probando su internet
p2-network-running-text = Tarda unos diez segundos. No hace falta que espere.
p2-network-good = Su internet va bien
p2-network-good-text = El sonido y la imagen pasan bien.
p2-network-tcp = Su internet funciona dando un rodeo
p2-network-tcp-text = El sonido y la imagen pasan. Pueden llegar un poco tarde.
p2-network-lossy = Su internet pierde partes de la llamada
p2-network-lossy-text = Algunas palabras pueden cortarse. Acérquese a su wifi. O apague el wifi del teléfono.
p2-network-slow = Su internet responde despacio
p2-network-slow-text = Deje que la otra persona termine de hablar. Acérquese a su wifi si puede.
p2-network-narrow = Su internet es débil
p2-network-narrow-text = Se le oirá. La imagen puede verse borrosa. Detenga otros vídeos y descargas en casa.
p2-network-blocked = No pasa ni el sonido ni la imagen
p2-network-blocked-text = Su internet no deja pasar videollamadas. Apague el wifi del teléfono o use otro wifi. O llame a la consulta.
p2-network-failed = Ahora no hemos podido probar su internet
p2-network-failed-text = Puede tener su llamada de todos modos.
p2-network-again = Probar otra vez
p2-done = Ir a la sala de espera
p2-back = Volver a la sala de espera

# A device does not open
blocked-camera-denied-title = Su cámara está bloqueada.
blocked-camera-denied-text = Es fácil cambiarlo.
blocked-microphone-denied-title = Su micrófono está bloqueado.
blocked-microphone-denied-text = Es fácil cambiarlo.
blocked-both-denied-title = La cámara y el micrófono están bloqueados.
blocked-both-denied-text = Es fácil cambiarlo.
blocked-camera-absent-title = No encontramos ninguna cámara.
blocked-camera-absent-text = Puede seguir solo con sonido.
blocked-microphone-absent-title = No encontramos ningún micrófono.
blocked-microphone-absent-text = Puede seguir y escribir en el chat.
blocked-camera-busy-title = Otro programa usa su cámara.
blocked-camera-busy-text = Cierre el otro programa. Después inténtelo de nuevo.
blocked-microphone-busy-title = Otro programa usa su micrófono.
blocked-microphone-busy-text = Cierre el otro programa. Después inténtelo de nuevo.
blocked-without-microphone = Seguir sin micrófono
blocked-without-both = Seguir sin cámara ni sonido
steps-ios-1 = Toque el <strong>menú de la página</strong> junto a la dirección.
steps-ios-2 = Toque los <strong>tres puntos</strong>. Después <strong>Ajustes del sitio web</strong>.
steps-ios-3 = Ponga <strong>Cámara</strong> y <strong>Micrófono</strong> en <strong>Permitir</strong>.
steps-android-1 = Toque el <strong>signo a la izquierda de la dirección</strong>.
steps-android-2 = Elija <strong>Permisos</strong>.
steps-android-3 = Ponga <strong>Cámara</strong> y <strong>Micrófono</strong> en <strong>Permitir</strong>.
steps-computer-chrome-1 = Haga clic en el <strong>signo a la izquierda de la dirección</strong>.
steps-computer-chrome-2 = Active <strong>Cámara</strong> y <strong>Micrófono</strong>.
steps-computer-chrome-3 = Vuelva aquí. Haga clic en <strong>Intentar de nuevo</strong>.
steps-computer-firefox-1 = Haga clic en la <strong>cámara tachada</strong> a la izquierda de la dirección.
steps-computer-firefox-2 = Haga clic en la <strong>x</strong> junto a <strong>Bloqueado</strong>.
steps-computer-firefox-3 = Vuelva aquí. Haga clic en <strong>Intentar de nuevo</strong>.
steps-computer-safari-1 = Abra el menú <strong>Safari</strong> arriba.
steps-computer-safari-2 = Elija <strong>Ajustes para este sitio web</strong>.
steps-computer-safari-3 = Ponga <strong>Cámara</strong> y <strong>Micrófono</strong> en <strong>Permitir</strong>.
steps-system-phone-1 = Abra los <strong>ajustes</strong> del móvil.
steps-system-phone-2 = Busque <strong>su navegador</strong> en las aplicaciones.
steps-system-phone-3 = Permita la cámara y el micrófono. Después vuelva aquí.
steps-system-computer-1 = Abra los <strong>ajustes</strong> del ordenador.
steps-system-computer-2 = Elija <strong>Privacidad</strong>. Después <strong>Cámara</strong> y <strong>Micrófono</strong>.
steps-system-computer-3 = Permita su navegador. Después vuelva aquí.

# P3: waiting. $place selects the ordinal form, $count is the number.
p3-title = { $who } sabe que usted está aquí.
p3-text = No tiene que hacer nada. Le llamamos cuando sea su turno.
p3-title-away = { $who } está ausente un momento.
p3-text-away = Guardamos su lugar.
p3-closed-inside = La sala está cerrada ahora para los demás. A usted aún le atienden.
p3-place = Su lugar
p3-place-is = { $count ->
    [1] Siguiente
   *[other] { $count }.º
}
p3-place-now = { $count ->
    [1] Usted es la siguiente persona.
   *[other] Su lugar es ahora el número { $count }.
}
p3-waited = Usted espera desde hace
p3-minutes = { $minutes } min
p3-lock = Puede bloquear el móvil un rato corto. Guardamos su lugar.
p3-bell = Para oír el timbre, deje esta página abierta.
p3-check-again = Probar otra vez cámara y sonido
p3-leave = Salir de la sala de espera
draining-waiting = El servidor de la consulta se reinicia pronto. Deje esta página abierta.

# On hold
held-title = { $who } vuelve enseguida.
held-text = Su visita está en pausa. Quédese aquí, por favor.
held-pill = En pausa
held-nobody = Nadie le ve ni le oye ahora.
held-leave = Salir de la visita

# Not connected
offline-title = No hay conexión.
offline-trying = Lo intentamos todo el tiempo.
offline-trying-place = Lo intentamos todo el tiempo. La consulta guarda su lugar un rato.
offline-check = Compruebe su internet, por favor.
offline-place-was = A las { $time } tenía el lugar número { $count }. Ahora no sabemos su lugar.
offline-place-unknown = No sabemos qué ve la consulta ahora.
offline-wifi = ¿Está encendido el wifi? O active los datos móviles.
offline-nearer = Acérquese al aparato de wifi.
online-again = Hay conexión otra vez.

# P4: your turn
p4-title = Es su turno.
p4-ready = { $who } le espera.
p4-minute = Tómese su tiempo. { $who } sabe que necesita un minuto.
p4-count = Entra, con cámara y sonido, en
p4-count-sound = Entra, sin cámara, en
p4-go-in = Entrar ahora
p4-going-in = Entrando …
p4-without-camera = Entrar sin cámara
p4-not-yet = Todavía no, un minuto

# P5: the call
p5-title = Llamada con { $who }
p5-waiting-for = { $who } está llegando.
p5-other-person = Otra persona
p5-here = { $name } está aquí.
p5-gone = { $name } ha salido.
p5-clinician-lost = Se cortó la conexión de { $name }. Quédese aquí. Su lugar se mantiene.
p3-back-in-line = Está de nuevo en la fila, en su lugar de antes.
p5-peer-muted = { $name } está sin sonido.
p5-peer-unmuted = { $name } tiene sonido otra vez.
p5-options = Más: cámara, sonido, pantalla completa
p5-options-title = Cámara, sonido y pantalla
p5-no-choice = Solo hay una cámara y un micrófono.
p5-full-screen = Pantalla completa sí o no
p5-sound-blocked = Su navegador retiene el sonido.
p5-hear-now = Activar el sonido
p5-sound-stopped = Su sonido se ha parado.
p5-sound-back = Recuperar mi sonido
p5-camera-denied = Su navegador bloquea la cámara. Puede seguir hablando.
p5-camera-absent = No encontramos cámara. Puede seguir hablando.
p5-camera-busy = Otro programa usa su cámara. Ciérrelo y toque Cámara.
p5-microphone-denied = Su navegador bloquea el micrófono. Puede escribir en el chat.
p5-microphone-absent = No encontramos micrófono. Puede escribir en el chat.
draining-call = El servidor de la consulta se reinicia pronto. Termine la visita, por favor.
reconnecting-title = Conexión perdida. Lo intentamos de nuevo.
reconnecting-text = Espere, por favor. Deje esta página abierta. La visita seguirá después.
reconnecting-since = Perdida desde las { $time }.

# P6: after
p6-title = Su visita ha terminado.
p6-title-lost = La conexión faltó demasiado tiempo. Su visita ha terminado.
p6-text = Nadie la ha grabado. No se ha guardado nada. Al cerrar esta página, todo desaparece.
p6-lasted = { $minutes ->
    [0] Su visita duró menos de 1 minuto.
    [one] Su visita duró { $minutes } minuto.
   *[other] Su visita duró { $minutes } minutos.
}
p6-go-back = Volver a la visita
p6-close = Ya puede cerrar esta página.
p6-visit-over = La persona por la que vino se ha ido. Por eso la visita ha terminado también para usted.
back-until = Puede volver hasta las { $time }. Conserva su lugar.
left-title = Ha salido de la sala de espera.
left-text = Puede volver o cerrar esta página.
left-back = Volver a mi lugar
expired-title = Estuvo ausente demasiado tiempo.
expired-text = Ahora no tiene lugar. Entre de nuevo, por favor.
removed-title = Ya no está en la sala de espera.
removed-text = La consulta terminó su lugar a las { $time }.

# Nothing to do here
wrong-link-title = No encontramos esta sala de espera.
wrong-link-text = El enlace no está completo o es antiguo.
wrong-link-open = Abra otra vez el enlace en su mensaje o correo.
wrong-link-call = O llame a la consulta. Le envían un enlace nuevo.
guest-over-title = Este enlace ya no lleva a ninguna llamada.
guest-over-text = Ya se ha usado, o la consulta ha terminado. Pida uno nuevo a la consulta.
outdated-title = Esta página es antigua.
outdated-text = La consulta tiene una versión nueva. Cargue la página otra vez.
outdated-reload = Cargar la página otra vez
garbled-title = Esta página no entiende el servidor de la consulta.
garbled-text = Cargue la página otra vez. Si vuelve a pasar, llame a la consulta.
replaced-title = Su lugar está abierto en otra ventana.
replaced-text = Puede cerrar esta página. O puede seguir aquí.
replaced-here = Seguir aquí
unsupported-title = Este navegador no puede hacer una llamada segura.
unsupported-text = Copie el enlace. Después ábralo en { $browser }.
insecure-title = Esta dirección no está protegida.
insecure-text = Cámara y sonido solo funcionan si el enlace empieza por https.
in-app-title = Abra esta página en { $browser }, por favor.
in-app-text = Abrió el enlace dentro de otra aplicación. Allí su cámara no funciona.
in-app-1 = Toque aquí <strong>Copiar el enlace</strong>.
in-app-2 = Abra <strong>{ $browser }</strong>.
in-app-3 = Toque la línea de dirección. Elija <strong>Pegar e ir</strong>.
copy-link = Copiar el enlace
copied = Copiado
copy-failed = No copiado. Copie la línea de dirección.

# What the server knows
knows-title = Lo que el servidor sabe de usted
privacy-link = Todo lo que guarda este servidor
knows-everything = Esto es todo. Es en directo.
knows-nothing = El servidor no sabe nada de usted ahora.
knows-live = Leído en la memoria del servidor a las { $time }.
knows-what-column = Qué
knows-value-column = Lo que tiene el servidor
knows-until-column = Se borra
knows-details = Detalles técnicos
knows-none = nada
knows-yes = sí
knows-no = no
knows-bytes = { $bytes } bytes. Las palabras no se muestran aquí.
knows-file-mine = De usted, { $size }, cerrado con llave
knows-file-theirs = Para usted, { $size }, cerrado con llave
knows-since = desde las { $time }
knows-until-end = cuando usted se va
knows-until-call = cuando termina la llamada
knows-until-forgotten = 20 minutos después del final
knows-until-page = cuando usted cierra esta página
knows-until-at = a las { $time }
knows-until-log = El número queda en el registro. Su nombre no está ahí.
knows-why = Por qué: { $why }
knows-erase = Borrar todo e irme
knows-erase-note = Usted pierde su lugar. Puede volver a entrar.
knows-erase-title = ¿Borrar todo y salir?
knows-erase-text = Una llamada termina enseguida. Usted pierde su lugar. Los archivos también se borran.
knows-erase-yes = Sí, borrar todo
knows-erase-no = No, volver
knows-erase-busy = Borrando …
knows-back = Volver
knows-what-name = Su nombre
knows-what-guest = Es usted invitado de alguien
knows-what-guests = Personas invitadas a estar con usted
knows-what-guest_links = Invitaciones que nadie ha usado
knows-what-name_sealed = Su nombre está cerrado con llave
knows-what-state = Su visita
knows-what-position = Su lugar en la fila
knows-what-checked_in_at = Usted llegó a las
knows-what-area = Sala de espera
knows-what-language = Su idioma
knows-what-camera = Su cámara
knows-what-microphone = Su micrófono
knows-what-hears = Oye el sonido de prueba
knows-what-network = Su internet, según la prueba
knows-what-echo = Se está probando su internet
knows-what-set_up_done = Cámara y sonido están comprobados
knows-what-connected = Usted está conectado
knows-what-lost_at = Sin conexión desde
knows-what-needs_a_minute = Usted pidió un minuto
knows-what-staff = Quién le llamó
knows-what-went_in_at = Su llamada empezó a las
knows-what-deadline = Algo pasa por sí solo a las
knows-what-reason = Mensaje de la consulta
knows-what-file = Archivo
knows-what-messages = Mensajes
knows-what-notes = Mensajes cerrados con llave entre usted y la consulta
knows-what-memo = Una nota cerrada con llave de la consulta sobre su visita
knows-what-referral = Una nota de la consulta que le envió a esta sala de espera
knows-what-place = Código de su lugar
knows-what-source = Código de su dirección de internet
knows-what-check_ins = Llegadas desde su dirección en este minuto
knows-what-number = Número de su visita
knows-what-handle = Nombre al azar de su visita
knows-what-page = Número de esta página
knows-what-outbox = Mensajes en camino a esta página
knows-what-version = Cambios de su visita
knows-what-room = Número de su llamada
knows-what-rooms = Llamadas con archivos aquí
knows-what-gate = Sonido e imagen pueden pasar
knows-what-media = Conexión de sonido e imagen, con su dirección de internet
knows-what-media_session = Marca de esa conexión
knows-what-media_connected = Sonido e imagen están conectados
knows-what-channel = El camino de mensajes y archivos está abierto
knows-what-screen_asked = La consulta ha pedido ver su pantalla
knows-what-muted = Su micrófono está apagado
knows-what-camera_off = Su cámara está apagada
knows-what-speaking = Usted habla ahora
knows-what-tell_to = Adónde le escribimos cuando sea su turno
knows-what-told = Le hemos escrito que es su turno
knows-what-layout = Imágenes que muestra su página
knows-what-seal_hello = Claves públicas de su página
knows-what-rates = Contadores contra demasiadas peticiones
knows-why-who = La consulta ve quién espera.
knows-why-line = Guarda su lugar en la fila.
knows-why-help = La consulta ve si sus aparatos funcionan.
knows-why-speak = La consulta sabe qué idioma lee usted.
knows-why-back = Usted puede volver a su lugar.
knows-why-call = El sonido y la imagen lo necesitan.
knows-why-files = La otra persona puede recibirlo.
knows-why-guard = Protege el servidor del abuso.
knows-why-talk = Su página y el servidor lo necesitan para hablar.
knows-why-turn = Usted quiere saber cuándo es su turno.
knows-why-log = La consulta puede buscar fallos del servidor.
knows-state-arriving = Comprobando cámara y sonido
knows-state-waiting = En espera
knows-state-away = Ausente
knows-state-called = Llamado
knows-state-in_call = En la llamada
knows-state-held = En pausa
knows-state-ended = Terminada
knows-state-removed = Sacado de la fila
knows-state-expired = Ausente demasiado tiempo
knows-device-unknown = no comprobado
knows-device-works = funciona
knows-device-denied = no permitido
knows-device-absent = no hay
knows-device-busy = lo usa otro programa
knows-device-silent = no se oye nada
knows-device-skipped = omitido
erased-title = Todo está borrado.
erased-text = El servidor ya no sabe nada de usted. Puede cerrar esta página.
knows-address = Con esta página abierta, el servidor ve también su dirección de internet. No la anota.

# What a patient is asked once.
consent-once = Solo se le pregunta una vez. Puede cambiar su respuesta más tarde.
consent-yes = Sí, estoy de acuerdo
consent-no = No
consent-file-title = ¿Se pueden enviar archivos en esta consulta?
consent-file-text = En los dos sentidos. Están cifrados, así que el servidor no puede leerlos. Borra cada archivo después de 15 minutos como máximo.
consent-photo-title = ¿Puede la consulta pedirle una foto?
consent-photo-text = Usted ve cada foto antes de que se envíe, y decide entonces.
consent-screen-title = ¿Se puede mostrar su pantalla en esta consulta?
consent-screen-text = Usted elige lo que se muestra. La consulta ve todo, también los mensajes que aparezcan. Cierre lo que nadie deba ver. Puede parar en cualquier momento.
screen-asked = La consulta pide ver su pantalla.
files-blocked = Ha dicho que no a los archivos.
files-allow = Permitir archivos
answers-title = Sus respuestas en esta consulta
answer-file-yes = Se pueden enviar archivos.
answer-file-no = No se envían archivos.
answer-file-to-yes = Permitir archivos
answer-file-to-no = No más archivos
answer-photo-yes = La consulta puede pedirle fotos.
answer-photo-no = Sin fotos.
answer-photo-to-yes = Permitir fotos
answer-photo-to-no = No más fotos
answer-screen-yes = Su pantalla se puede mostrar.
answer-screen-no = Su pantalla no se muestra.
answer-screen-to-yes = Permitir mi pantalla
answer-screen-to-no = Dejar de permitirlo

# A photo that staff ask for
photo-file = Foto
photo-look-title = Su cámara. Pulse el botón para una foto.
photo-look-text = Todavía no se envía nada. No se mueva.
photo-look-picture = La imagen de su cámara
photo-shutter = Hacer la foto
photo-taking = Haciendo la foto …
photo-no = Sin foto
photo-agree-title = ¿Enviar esta foto?
photo-agree-text = Solo se envía esta foto. No dice lugar ni hora. El servidor la borra a los 15 minutos como máximo.
photo-agree-picture = La foto que usted hizo
photo-send = Enviar esta foto
photo-again = Hacer otra
photo-failed-title = La foto no salió.
photo-failed-text = Su cámara no dio imagen.

# The consent form
form-title = Por favor, lea y firme
form-text = Texto del formulario
form-how = ¿Cómo quiere firmar?
form-draw = Dibujar mi nombre
form-type = Escribir mi nombre
form-pad = Dibuje aquí su nombre con ratón, dedo o lápiz
form-name = Su nombre
form-both = Usted y la consulta reciben el formulario firmado. El servidor no guarda copia.
form-failed = No se pudo enviar el formulario. Inténtelo otra vez.
form-sign = Firmar
form-working = Se está haciendo el formulario …
form-again = Empezar de nuevo
form-no = No firmo
form-signed-title = Usted ha firmado.
form-signed-text = Guarde ahora su copia. El servidor no tiene ninguna.
form-step-working = El formulario está en camino.
form-step-sent = Enviado. La consulta aún debe confirmar.
form-step-kept = La consulta tiene exactamente la misma copia.
form-step-failed = No se pudo enviar. Puede intentarlo otra vez.
form-unsaved = Su copia aún no está guardada. Se pierde al cerrar.
form-save = Guardar mi copia
form-leave = Cerrar sin guardar
form-file = Consentimiento
form-pdf-page = Firma
form-pdf-name = Nombre: { $name }
form-pdf-typed = Firmado escribiendo el nombre
form-pdf-drawn = Firmado dibujando
form-pdf-time = Firmado el: { $time }
form-pdf-hash = SHA-256 del formulario: { $hash }

# The practice's keys
p0-verified-link = Su enlace es correcto. Solo esta consulta lee su nombre.
p0-verified-code = Su código es correcto. Solo esta consulta lee su nombre.
p0-not-verified = Cifrado, sin verificar.
p0-have-code = Tengo un código
p0-unopened-title = La consulta todavía no ha abierto.
p0-unopened-text = Deje esta página abierta. Sigue sola.
p0-unopened-wait = Miramos todo el tiempo.
code-first-title = Un paso más, por su seguridad.
code-first-text = Su enlace no está completo. Por favor, escriba el código de la consulta.
code-title = Escribir el código de la consulta
code-parts = Su código tiene 4 partes
code-part = Parte { $part } de 4
code-paste = Puede pegar el código entero en la primera casilla.
code-incomplete = El código necesita 4 letras o números en cada parte.
code-other = Este código no es de esta consulta. Mírelo otra vez o llame a la consulta.
code-go-on = Seguir
code-what-for = El código muestra que está con { $who } y que nadie escucha.
code-none = ¿No tiene código?
different-title = Hemos parado aquí, por su seguridad.
different-text = Su enlace no corresponde ahora a las claves de esta consulta.
different-old-title = Las claves de la consulta han caducado.
different-old-text = ¿La fecha de su dispositivo es correcta? Entonces la consulta debe abrir su página una vez.
different-elsewhere-text = Le han enviado a otra sala de espera. No hemos podido comprobar que venga de la consulta.
different-nothing = Su nombre no se ha enviado.
different-ask = Llame a la consulta. Pida un <strong>enlace nuevo</strong>.
lock-ask-words = Para estar seguro, pida a la consulta comparar palabras.

# Mensajes durante la espera
note-title = Mensajes
note-write = Escribir a la consulta
note-answer = Escribir una respuesta
note-unverified = Ha llegado sin el enlace completo de la consulta. Por eso no podemos comprobar quién escribe.
note-came = Mensaje de { $name }: { $text }
note-not-sent = Su mensaje no se ha enviado. Inténtelo de nuevo, por favor.

# Something to look at while waiting
p3-show-picture = Una imagen de la consulta
p3-show-video = Un vídeo de la consulta
p3-show-sheet = Una hoja de la consulta
p3-show-read = Leer la hoja de la consulta
p3-show-close = Cerrar la hoja
p3-show-failed = No se pudo abrir. Su lugar se guarda.

# To be written to when it is one's turn
p3-tell = Avíseme cuando sea mi turno
p3-tell-text = Puede guardar el móvil hasta una hora. Le escribimos una sola vez.
p3-tell-to-mail = Su correo electrónico
p3-tell-to-sms = Su número de móvil
p3-tell-to-both = Su correo electrónico o número de móvil
p3-tell-hint = Lo usamos para este único mensaje y luego se olvida. Lo ve el servidor, y también quien entrega el mensaje.
p3-tell-wrong-mail = Escriba su correo completo, por ejemplo maria@example.org.
p3-tell-wrong-sms = Escriba su número de móvil completo, por ejemplo +34 600 123 456.
p3-tell-wrong-both = Escriba su correo completo o su número de móvil completo.
p3-tell-many = Muchas personas lo piden ahora. Inténtelo de nuevo en un minuto, por favor.
p3-tell-send = Escríbame entonces
p3-tell-set = Le escribiremos una sola vez.
p3-tell-set-text = Ya puede bloquear el móvil. No cierre esta página, por favor.
p3-tell-off = No me escriba
