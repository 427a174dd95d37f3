# Words that both roles use.

app-name = Anteroom
language = Idioma
close = Fechar
cancel = Cancelar
call-phone = Ligar para { $phone }
help = Ajuda
you = Eu

# Devices
microphone = Microfone
camera = Câmara
speaker = Altifalante

# The call bar. The label says the state; the name for screen readers adds what a touch does.
bar-call = Chamada
bar-mute = Silenciar
bar-muted = Sem som
bar-muted-hint = . Ligar o som
bar-camera = Câmara
bar-camera-hint = { " " }ligada. Desligar
bar-camera-off = Câmara desligada
bar-camera-off-hint = . Ligar
bar-chat = Chat
bar-new = { $count ->
    [one] { $count } mensagem nova
   *[other] { $count } mensagens novas
}
bar-leave = Sair
call-time = Duração da chamada

# Chat
chat-title = Mensagens
chat-log = Mensagens
chat-write = Escrever uma mensagem
chat-send = Enviar
chat-close = Fechar as mensagens
chat-empty = Ainda não há mensagens.
chat-not-sent = Não enviada. Sem ligação.
chat-alone = Ainda ninguém pode ler mensagens. Espere um momento.
chat-by = { $name }, { $time }

# Tiles
tile-of = Vídeo de { $name }
tile-muted = { $name }, sem som
tile-camera-off = { $name } desligou a câmara.
tile-coming = { $name } está a chegar.
tile-self = A imagem da sua câmara
tile-self-off = A sua câmara está desligada
tile-speaks = { $name } está a falar
tile-screen = Ecrã de { $name }
tile-people = Pessoas na chamada

# Sharing a screen
share-begin = Mostrar ecrã
share-stop = Parar de mostrar
share-own = Está a mostrar o seu ecrã.
share-theirs = { $name } está a mostrar um ecrã.
share-failed = Não foi possível mostrar o seu ecrã.

# Sharpness of the truth
lock-short-waiting = Chaves …
lock-short-sealed = Encriptado
lock-short-clear = Não encriptado
lock-long-waiting = A trocar as chaves
lock-long-sealed = Encriptado de ponta a ponta, não verificado
lock-long-clear = Não encriptado de ponta a ponta
lock-title = Esta chamada é segura?
lock-text-1 = O som e a imagem são encriptados do seu aparelho até ao outro.
lock-text-2 = O servidor do consultório transmite-os. Não recebe as chaves.
lock-text-3 = Ainda ninguém verificou as chaves. O servidor poderia tê-las trocado.
lock-text-4 = As mensagens e os ficheiros são cifrados da mesma forma. O servidor não grava nada.
lock-text-waiting = Os dois aparelhos trocam as chaves. Até lá não enviam som nem imagem.
lock-text-clear = Há um aparelho na chamada. O servidor poderia ver e ouvir o que ele envia.
