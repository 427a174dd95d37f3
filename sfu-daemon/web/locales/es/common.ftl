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
chat-by = { $name }, { $time }

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
lock-short = Cifrado
lock-long = Cifrado en el camino
lock-title = ¿Es segura esta llamada?
lock-text-1 = El sonido, la imagen y el chat van cifrados por el camino.
lock-text-2 = Pasan por el servidor de la consulta. No hay otra empresa en medio.
lock-text-3 = El servidor podría verlos. No graba nada y no guarda nada.
