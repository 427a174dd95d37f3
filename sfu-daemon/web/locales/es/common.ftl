# Words that both roles use.

app-name = Anteroom
language = Idioma
close = Cerrar
cancel = Cancelar
call-phone = Llamar al { $phone }
help = Ayuda
you = Usted

# Devices
microphone = Micrófono
camera = Cámara
speaker = Altavoz
blur = Difuminar lo que hay detrás de mí
blur-hint = Lo hace su propio aparato. Nadie ve su habitación con claridad.

# The call bar. The label says the state; the name for screen readers adds what a touch does.
bar-call = Llamada
bar-mute = Silenciar
bar-muted = Sin sonido
bar-muted-hint = . Activar su sonido
bar-camera = Cámara
bar-camera-hint = { " " }encendida. Apagarla
bar-camera-off = Cámara apagada
bar-camera-off-hint = . Encenderla
bar-chat = Chat
bar-new = { $count ->
    [one] { $count } mensaje nuevo
   *[other] { $count } mensajes nuevos
}
bar-leave = Salir
call-time = Duración de la llamada

# Chat
chat-title = Chat
chat-log = Mensajes
chat-write = Escribir un mensaje
chat-send = Enviar
chat-close = Cerrar el chat
chat-empty = Todavía no hay mensajes.
chat-not-sent = No enviado. No hay conexión.
chat-alone = Todavía nadie puede leer mensajes. Espere un momento.
chat-by = { $name }, { $time }

# Live text: letter by letter
live-button = Texto en vivo
live-title = Texto en vivo
live-by = { $name }:
live-write = Escriba: cada letra se ve al momento
live-close = Cerrar el texto en vivo
live-answer = Escribir también en vivo
live-begun = { $name } escribe en vivo.

# Sign language: movement before sharpness
sign-button = Lengua de signos
sign-is-on = Lengua de signos activada
sign-mark = Lengua de signos
sign-text = Movimiento antes que nitidez, en los dos lados: los signos siguen fluidos aunque la conexión sea lenta.
sign-on-by = { $name } ha activado el modo de lengua de signos.
sign-off-by = { $name } ha desactivado el modo de lengua de signos.

# Files.
files-title = Archivos
files-send = Enviar un archivo
files-turned-away = { $count ->
    [one] Un archivo era demasiado de una vez. Envíelo más tarde.
   *[other] { $count } archivos eran demasiado de una vez. Envíelos más tarde.
  }
file-nameless = Archivo
file-coming-soon = Llega un archivo
file-locked = Espera su clave.
file-waiting = { $size }. Espera su turno.
file-preparing = { $size }. Se está preparando.
file-offering = { $size }. Se va a enviar.
file-sending = { $size }. { $percent } % enviado.
file-stored = { $size }. Enviado. { $name } todavía no lo tiene.
file-delivered = { $size }. { $name } ya lo tiene.
file-offered = { $size }. De { $name }.
file-coming = { $size }. { $percent } % recibido.
file-checking = { $size }. Se está comprobando.
file-here = { $size }. De { $name }. Guárdelo si quiere conservarlo.
file-deletes = El servidor lo borra en { $time }.
file-deleted = El servidor lo ha borrado.
file-why-sent = { $name } ya lo tiene. El servidor no ha guardado nada.
file-why-taken_back-by-you = Usted lo ha retirado.
file-why-taken_back-by-them = { $name } lo ha retirado.
file-why-declined-by-you = Usted no lo quiso.
file-why-declined-by-them = { $name } no lo quiso.
file-why-deleted = Su tiempo ha terminado. El servidor lo ha borrado.
file-why-changed = No llegó como se envió. No se muestra. Pídalo otra vez.
file-why-unreadable = Su dispositivo no pudo leerlo.
file-why-too_large = Es demasiado grande.
file-why-full = Ahora no hay sitio para más archivos. Inténtelo otra vez en unos minutos.
file-why-visit_over = La consulta ha terminado.
file-why-failed = No ha funcionado. Envíelo otra vez.
file-danger-runs = Cuidado: este archivo puede iniciar un programa. Ábralo solo si lo espera.
file-danger-disguised = Cuidado: este archivo no es lo que dice su nombre.
file-save = Guardar
file-take = Recibir
file-decline = No, gracias
file-cancel = Cancelar
file-take-back = Retirar
receipts-save = Guardar la prueba de que se borró
receipts-file = pruebas.jsonl

# Tiles
tile-of = Vídeo de { $name }
tile-muted = { $name }, sin sonido
tile-camera-off = { $name } ha apagado la cámara.
tile-coming = { $name } está llegando.
tile-self = La imagen de su cámara
tile-self-off = Su cámara está apagada
tile-speaks = { $name } habla
tile-screen = Pantalla de { $name }
tile-people = Personas en la llamada

# Sharing a screen
share-begin = Mostrar pantalla
share-stop = Dejar de mostrar
share-own = Está mostrando su pantalla.
share-theirs = { $name } muestra una pantalla.
share-failed = No se pudo mostrar su pantalla.

# Sharpness of the truth
lock-short-waiting = Claves …
lock-short-clear = Sin cifrar
lock-long-waiting = Se intercambian las claves
lock-long-clear = No cifrado de extremo a extremo
lock-title = ¿Es segura esta llamada?
lock-text-1 = El sonido y la imagen van cifrados desde su dispositivo hasta el otro.
lock-text-2 = El servidor de la consulta los transmite. No recibe las claves.
lock-text-4 = Los mensajes y los archivos se cifran de la misma manera. El servidor no graba nada.
lock-text-waiting = Los dos dispositivos intercambian sus claves. Hasta entonces no envían sonido ni imagen.
lock-text-clear = Hay un aparato en la llamada. El servidor podría ver y oír lo que envía.
lock-short-link = Verificado
lock-short-code = Verificado
lock-short-referral = Verificado
lock-short-words = Verificado
lock-short-name = Cifrado
lock-short-unverified = Sin verificar
lock-long-link = Cifrado, verificado por su enlace
lock-long-code = Cifrado, verificado por código
lock-long-referral = Cifrado, verificado por su consulta
lock-long-words = Cifrado, verificado por palabras
lock-long-name = Cifrado de extremo a extremo
lock-long-unverified = Cifrado, sin verificar
lock-text-link = Su enlace lleva la clave de la consulta. Solo esta consulta le ve y le oye.
lock-text-code = Usted ha escrito el código de la consulta. Solo esta consulta le ve y le oye.
lock-text-referral = La consulta que usted conoce le ha enviado aquí y responde por esta.
lock-text-words = Han comparado las palabras entre ustedes. No hay nadie en medio.
lock-text-name = Solo el dispositivo que escribió este nombre le ve y le oye. Quién es, se sabe por la cara.
lock-text-unverified = Nadie ha verificado todavía las claves. El servidor podría haberlas cambiado.
tile-keyless = No ve ni oye nada
tile-clear = No se muestra: sin cifrar

# Words that both read to each other
words-title = Comparar cuatro palabras
words-wait = Las palabras ya llegan.
words-read = Léanse estas palabras, usted y { $name }:
words-ask = ¿Son iguales las cuatro?
words-same = Son iguales
words-other = No lo son
words-same-say = Bien. No hay nadie en medio.
words-other-say = Quizá haya alguien en medio que escucha.
words-other-do = No diga aquí nada privado. Termine la llamada y hable por teléfono.

# A consent form that is a PDF
form-page = Página { $page } de { $pages }
form-larger = Mostrar más grande
form-smaller = Mostrar pequeño otra vez

# Cómo va la llamada
quality-good = Su conexión es buena.
quality-tcp = Su conexión es buena. Su red bloquea el camino directo (UDP), por eso la llamada da un rodeo (TCP).
quality-lossy = Su conexión pierde partes de la llamada. Acérquese a su wifi si puede.
quality-slow = Su conexión responde despacio. Deje que la otra persona termine de hablar.
quality-narrow = Su conexión es débil. Su imagen puede verse borrosa para la otra persona.
quality-theirs = La conexión de la otra persona es débil. No tiene que hacer nada.
quality-short-good = Conexión buena
quality-short-tcp = Conexión buena (TCP)
quality-short-lossy = Conexión débil
quality-short-slow = Conexión lenta
quality-short-narrow = Conexión débil
quality-short-theirs = El otro lado está débil
small-window = Ventana pequeña
small-window-failed = El navegador no puede abrir ahora una ventana pequeña.
