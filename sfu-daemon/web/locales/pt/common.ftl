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
blur = Desfocar o que está atrás de mim
blur-hint = É o seu próprio aparelho que o faz. Ninguém vê a sua sala com nitidez.

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

# Live text: letter by letter
live-button = Texto direto
live-title = Texto em direto
live-by = { $name }:
live-write = Escreva: cada letra vê-se logo
live-close = Fechar o texto em direto
live-answer = Escrever também em direto
live-begun = { $name } escreve em direto.

# Sign language: movement before sharpness
sign-button = Língua gestual
sign-is-on = Língua gestual ligada
sign-mark = Língua gestual
sign-text = Movimento antes da nitidez, nos dois lados: os gestos ficam fluidos mesmo com uma ligação lenta.
sign-on-by = { $name } ligou o modo de língua gestual.
sign-off-by = { $name } desligou o modo de língua gestual.

# Files.
files-title = Ficheiros
files-send = Enviar um ficheiro
files-turned-away = { $count ->
    [one] Um ficheiro era demais de uma vez. Envie-o mais tarde.
   *[other] { $count } ficheiros eram demais de uma vez. Envie-os mais tarde.
  }
file-nameless = Ficheiro
file-coming-soon = Vem aí um ficheiro
file-locked = Espera pela chave.
file-waiting = { $size }. Espera pela sua vez.
file-preparing = { $size }. Está a ser preparado.
file-offering = { $size }. Vai ser enviado.
file-sending = { $size }. { $percent } % enviados.
file-stored = { $size }. Enviado. { $name } ainda não o tem.
file-delivered = { $size }. { $name } já o tem.
file-offered = { $size }. De { $name }.
file-coming = { $size }. { $percent } % recebidos.
file-checking = { $size }. Está a ser verificado.
file-here = { $size }. De { $name }. Guarde-o se quiser ficar com ele.
file-deletes = O servidor apaga-o dentro de { $time }.
file-deleted = O servidor apagou-o.
file-why-sent = { $name } já o tem. O servidor não guardou nada.
file-why-taken_back-by-you = Retirou-o.
file-why-taken_back-by-them = { $name } retirou-o.
file-why-declined-by-you = Não o quis.
file-why-declined-by-them = { $name } não o quis.
file-why-deleted = O tempo acabou. O servidor apagou-o.
file-why-changed = Não chegou como foi enviado. Não é mostrado. Peça-o outra vez.
file-why-unreadable = O seu aparelho não o conseguiu ler.
file-why-too_large = É grande demais.
file-why-full = Agora não há espaço para mais ficheiros. Tente outra vez daqui a alguns minutos.
file-why-visit_over = A consulta terminou.
file-why-failed = Não resultou. Envie-o outra vez.
file-danger-runs = Cuidado: este ficheiro pode iniciar um programa. Abra-o apenas se o espera.
file-danger-disguised = Cuidado: este ficheiro não é o que o nome diz.
file-save = Guardar
file-take = Receber
file-decline = Não, obrigado
file-cancel = Cancelar
file-take-back = Retirar
receipts-save = Guardar a prova de que foi apagado
receipts-file = provas.jsonl

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
lock-short-clear = Não encriptado
lock-long-waiting = A trocar as chaves
lock-long-clear = Não encriptado de ponta a ponta
lock-title = Esta chamada é segura?
lock-text-1 = O som e a imagem são encriptados do seu aparelho até ao outro.
lock-text-2 = O servidor do consultório transmite-os. Não recebe as chaves.
lock-text-4 = As mensagens e os ficheiros são cifrados da mesma forma. O servidor não grava nada.
lock-text-waiting = Os dois aparelhos trocam as chaves. Até lá não enviam som nem imagem.
lock-text-clear = Há um aparelho na chamada. O servidor poderia ver e ouvir o que ele envia.
lock-short-link = Verificado
lock-short-code = Verificado
lock-short-referral = Verificado
lock-short-words = Verificado
lock-short-name = Encriptado
lock-short-unverified = Não verificado
lock-long-link = Encriptado, verificado pelo seu link
lock-long-code = Encriptado, verificado por código
lock-long-referral = Encriptado, verificado pelo seu consultório
lock-long-words = Encriptado, verificado por palavras
lock-long-name = Encriptado de ponta a ponta
lock-long-unverified = Encriptado, não verificado
lock-text-link = O seu link traz a chave do consultório. Só este consultório o vê e ouve.
lock-text-code = Escreveu o código do consultório. Só este consultório o vê e ouve.
lock-text-referral = O consultório que conhece enviou-o para aqui e responde por este.
lock-text-words = Compararam as palavras um com o outro. Não há ninguém no meio.
lock-text-name = Só o aparelho que escreveu este nome o vê e ouve. Quem é, sabe-se pelo rosto.
lock-text-unverified = Ainda ninguém verificou as chaves. O servidor poderia tê-las trocado.
tile-keyless = Não vê nem ouve nada
tile-clear = Não mostrado: sem cifra

# Words that both read to each other
words-title = Comparar quatro palavras
words-wait = As palavras já vêm.
words-read = Leiam estas palavras um ao outro, você e { $name }:
words-ask = As quatro são iguais?
words-same = São iguais
words-other = Não são
words-same-say = Bem. Não há ninguém no meio.
words-other-say = Talvez haja alguém no meio a escutar.
words-other-do = Não diga aqui nada privado. Termine a chamada e fale ao telefone.

# A consent form that is a PDF
form-page = Página { $page } de { $pages }
form-larger = Mostrar maior
form-smaller = Mostrar outra vez pequeno

# Como está a chamada
quality-good = A sua ligação está boa.
quality-tcp = A sua ligação está boa. A sua rede bloqueia o caminho direto (UDP), por isso a chamada faz um desvio (TCP).
quality-lossy = A sua ligação perde partes da chamada. Se puder, aproxime-se do Wi-Fi.
quality-slow = A sua ligação responde devagar. Deixe a outra pessoa acabar de falar.
quality-narrow = A sua ligação está fraca. A sua imagem pode estar pouco nítida para a outra pessoa.
quality-theirs = A ligação da outra pessoa está fraca. Não precisa de fazer nada.
quality-short-good = Ligação boa
quality-short-tcp = Ligação boa (TCP)
quality-short-lossy = Ligação fraca
quality-short-slow = Ligação lenta
quality-short-narrow = Ligação fraca
quality-short-theirs = O outro lado está fraco
small-window = Janela pequena
small-window-failed = O navegador não consegue abrir uma janela pequena agora.
