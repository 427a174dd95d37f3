# The patient's page. A2: one idea, one sentence, at most 14 words, polite. Strong marks the words of a button or menu.

# Everywhere
practice = Consultório
the-practice = o consultório
the-practice-first = O consultório
help-by-phone = Ajuda por telefone: { $phone }
call-practice = Ligar para o consultório
message-from-practice = Mensagem do consultório
keep-place = O seu lugar fica guardado.
try-again = Tentar de novo
try-now = Tentar agora
check-in-again = Entrar de novo
name-deleted = O servidor apagou o seu nome.
presence-open = Aberto agora
presence-busy = Com outra pessoa
presence-busy-guest = Em consulta
presence-away = Ausente por um momento
presence-closed = Fechado agora
presence-not-connected = Sem ligação

# Title of the tab
tab-checked-in = Entrada feita · { $place }
tab-waiting = { $position ->
    [0] À espera
   *[other] ({ $position }) À espera
} · { $place }
tab-turn = É a sua vez · { $place }
tab-call = Chamada · { $who }
tab-held = Em pausa · { $place }
tab-offline = Sem ligação desde as { $time } · { $place }
tab-over = Visita terminada · { $place }

# Opening
opening-title = Estamos a abrir a sala de espera.
opening-text = Demora um momento.

# P0: check in
p0-title = Olá. Por favor, diga-nos o seu nome.
p0-guest-title = Foi convidado para uma consulta por vídeo.
p0-guest-text = { $who } deixa-o entrar. Antes disso, ninguém o vê nem ouve.
p0-name = O seu nome
p0-name-empty = Escreva aqui o seu nome, por favor.
p0-name-refused = Este nome é comprido demais. Escreva-o mais curto, por favor.
p0-check-in = Entrar na sala de espera
p0-checking-in = A entrar …
p0-no-app = Não precisa de aplicação nem de conta.
p0-who-sees = Só o consultório vê o seu nome.
p0-no-record = Não gravamos nada. Não guardamos nada.
p0-open = { $waiting ->
    [0] Aberto agora. Ninguém espera.
    [one] Aberto agora. { $waiting } pessoa espera.
   *[other] Aberto agora. { $waiting } pessoas esperam.
}
p0-place-lost = Já não encontramos o seu lugar. Entre de novo, por favor.
p0-too-many = Muitas pessoas entram agora. Tentamos de novo dentro de 20 segundos.
p0-emergency = É uma emergência? Ligue para o 112.
p0-closed-title = A sala de espera está fechada.
p0-closed-text = Pode usar a mesma ligação mais tarde.
p0-passcode = Palavra-passe do consultório
p0-passcode-hint = O consultório disse-lhe esta palavra ou este número.
p0-passcode-wrong = Esta palavra-passe não está certa. Veja outra vez, ou ligue para o consultório.
p0-link-used = Este link serve uma só vez. Já foi usado ou é antigo demais. Peça outro ao consultório.
p0-invited-title = Precisa de um link para a sua consulta.
p0-invited-text = O consultório envia-lhe um link para cada consulta. Abra esse link.
p0-closed-opens = Abre de novo: <strong>{ $day } às { $time }</strong>. O mesmo link serve então.
p0-closed-zone = As horas são as de { $place }.
p0-hours = Horário de atendimento
p0-hours-days = { $from } a { $to }
p0-hours-time = das { $from } às { $to }
p0-full-title = A sala de espera está cheia.
p0-full-text = Deixe esta página aberta. Ela avisa quando houver um lugar.
p0-draining-title = O servidor do consultório vai reiniciar.
p0-draining-text = Pode entrar daqui a alguns minutos.

# P1 and P2: camera and sound
steps = Passos
step-checked-in = Entrada feita
step-set-up = Câmara e som
step-waiting = Sala de espera
p1-title = O seu lugar está guardado. Agora a sua câmara.
p1-text = O navegador vai fazer uma pergunta. Escolha <strong>Permitir</strong>.
p1-turn-on = Ligar a câmara e o som
p1-asking = Escolha “Permitir” …
p1-without-camera = Continuar sem câmara
p1-nobody-sees = Ainda ninguém vê a sua imagem. { $who } só a vê quando a visita começar.
p1-picture = Imagem da pergunta do navegador. O botão Permitir está marcado.
p1-picture-wants = { $host } quer
p1-picture-camera = usar a câmara
p1-picture-microphone = usar o microfone
p1-picture-block = Bloquear
p1-picture-allow = Permitir
p2-title = Vê e ouve bem?
p2-only-you = Só para si
p2-no-camera = Sem imagem
p2-hear-music = Ouve a música?
p2-hear-ask = Toque no altifalante. Tocamos um som curto.
p2-hear-yes = Ouve bem.
p2-hear-no = Aumente o som. Tire os auscultadores. Depois tente de novo.
p2-play = Tocar o som
p2-yes = Sim, ouço
p2-no = Não
p2-say-hello = Diga “olá”
p2-no-microphone = Sem o seu som
p2-microphone-unknown = A barra mexe quando fala.
p2-microphone-works = A barra mexe. Ouvimos bem.
p2-microphone-silent = Não ouvimos nada. O microfone está tapado ou desligado?
p2-microphone-denied = O navegador bloqueia-o. Pode escrever mensagens.
p2-microphone-absent = Não encontramos nenhum. Pode escrever mensagens.
p2-microphone-busy = Outro programa está a usá-lo.
p2-microphone-skipped = Continua sem som. Pode escrever mensagens.
p2-camera-unknown = A imagem está a chegar.
p2-camera-works = Funciona. O seu rosto está na imagem?
p2-camera-silent = A imagem está a chegar.
p2-camera-denied = O navegador bloqueia-a.
p2-camera-absent = Não encontramos nenhuma.
p2-camera-busy = Outro programa está a usá-la.
p2-camera-skipped = Continua sem câmara.
p2-level-none = Nível do microfone: nada
p2-level-good = Nível do microfone: bom
p2-flip = Usar a outra câmara
p2-works = Funciona
p2-network-running = Estamos a testar a sua internet
p2-network-running-text = Demora cerca de dez segundos. Não precisa de esperar.
p2-network-good = A sua internet está boa
p2-network-good-text = O som e a imagem passam bem.
p2-network-tcp = A sua internet funciona por um desvio
p2-network-tcp-text = O som e a imagem passam. Podem chegar um pouco atrasados.
p2-network-lossy = A sua internet perde partes da chamada
p2-network-lossy-text = Algumas palavras podem ficar cortadas. Aproxime-se do Wi-Fi. Ou desligue o Wi-Fi do telemóvel.
p2-network-slow = A sua internet responde devagar
p2-network-slow-text = Deixe a outra pessoa acabar de falar. Se puder, aproxime-se do Wi-Fi.
p2-network-narrow = A sua internet está fraca
p2-network-narrow-text = Vai ser ouvido. A imagem pode ficar pouco nítida. Pare outros vídeos e descargas em casa.
p2-network-blocked = Não passa som nem imagem
p2-network-blocked-text = A sua internet não deixa passar videochamadas. Desligue o Wi-Fi do telemóvel ou use outro Wi-Fi. Ou telefone para o consultório.
p2-network-failed = Não conseguimos testar a sua internet agora
p2-network-failed-text = Pode ter a sua chamada na mesma.
p2-network-again = Tentar de novo
p2-done = Ir para a sala de espera
p2-back = Voltar à sala de espera

# A device does not open
blocked-camera-denied-title = A sua câmara está bloqueada.
blocked-camera-denied-text = É fácil mudar isto.
blocked-microphone-denied-title = O seu microfone está bloqueado.
blocked-microphone-denied-text = É fácil mudar isto.
blocked-both-denied-title = A câmara e o microfone estão bloqueados.
blocked-both-denied-text = É fácil mudar isto.
blocked-camera-absent-title = Não encontramos nenhuma câmara.
blocked-camera-absent-text = Pode continuar só com som.
blocked-microphone-absent-title = Não encontramos nenhum microfone.
blocked-microphone-absent-text = Pode continuar e escrever mensagens.
blocked-camera-busy-title = Outro programa usa a sua câmara.
blocked-camera-busy-text = Feche o outro programa. Depois tente de novo.
blocked-microphone-busy-title = Outro programa usa o seu microfone.
blocked-microphone-busy-text = Feche o outro programa. Depois tente de novo.
blocked-without-microphone = Continuar sem microfone
blocked-without-both = Continuar sem câmara nem som
steps-ios-1 = Toque no <strong>menu da página</strong> junto ao endereço.
steps-ios-2 = Toque nos <strong>três pontos</strong>. Depois em <strong>Definições do site</strong>.
steps-ios-3 = Ponha <strong>Câmara</strong> e <strong>Microfone</strong> em <strong>Permitir</strong>.
steps-android-1 = Toque no <strong>sinal à esquerda do endereço</strong>.
steps-android-2 = Escolha <strong>Autorizações</strong>.
steps-android-3 = Ponha <strong>Câmara</strong> e <strong>Microfone</strong> em <strong>Permitir</strong>.
steps-computer-chrome-1 = Clique no <strong>sinal à esquerda do endereço</strong>.
steps-computer-chrome-2 = Ative <strong>Câmara</strong> e <strong>Microfone</strong>.
steps-computer-chrome-3 = Volte aqui. Clique em <strong>Tentar de novo</strong>.
steps-computer-firefox-1 = Clique na <strong>câmara riscada</strong> à esquerda do endereço.
steps-computer-firefox-2 = Clique no <strong>x</strong> junto a <strong>Bloqueado</strong>.
steps-computer-firefox-3 = Volte aqui. Clique em <strong>Tentar de novo</strong>.
steps-computer-safari-1 = Abra o menu <strong>Safari</strong> em cima.
steps-computer-safari-2 = Escolha <strong>Definições para este site</strong>.
steps-computer-safari-3 = Ponha <strong>Câmara</strong> e <strong>Microfone</strong> em <strong>Permitir</strong>.
steps-system-phone-1 = Abra as <strong>definições</strong> do telemóvel.
steps-system-phone-2 = Procure <strong>o seu navegador</strong> nas aplicações.
steps-system-phone-3 = Permita a câmara e o microfone. Depois volte aqui.
steps-system-computer-1 = Abra as <strong>definições</strong> do computador.
steps-system-computer-2 = Escolha <strong>Privacidade</strong>. Depois <strong>Câmara</strong> e <strong>Microfone</strong>.
steps-system-computer-3 = Permita o navegador. Depois volte aqui.

# P3: waiting. $place selects the ordinal form, $count is the number.
p3-title = { $who } sabe que está aqui.
p3-text = Não precisa de fazer nada. Chamamos quando for a sua vez.
p3-title-away = { $who } está ausente por um momento.
p3-text-away = Guardamos o seu lugar.
p3-closed-inside = A sala está agora fechada para os outros. Ainda vai ser atendido.
p3-place = O seu lugar
p3-place-is = { $count ->
    [1] A seguir
   *[other] { $count }.º
}
p3-place-now = { $count ->
    [1] É a próxima pessoa.
   *[other] O seu lugar é agora o número { $count }.
}
p3-waited = Está à espera há
p3-minutes = { $minutes } min
p3-lock = Pode bloquear o telemóvel por pouco tempo. Guardamos o seu lugar.
p3-bell = Para ouvir a campainha, deixe esta página aberta.
p3-check-again = Verificar câmara e som outra vez
p3-leave = Sair da sala de espera
draining-waiting = O servidor do consultório reinicia em breve. Deixe esta página aberta.

# On hold
held-title = { $who } volta já.
held-text = A sua visita está em pausa. Fique aqui, por favor.
held-pill = Em pausa
held-nobody = Agora ninguém vê nem ouve nada de si.
held-leave = Sair da visita

# Not connected
offline-title = Não há ligação.
offline-trying = Estamos sempre a tentar de novo.
offline-trying-place = Estamos sempre a tentar. O consultório guarda o seu lugar algum tempo.
offline-check = Verifique a sua internet, por favor.
offline-place-was = Às { $time } tinha o lugar número { $count }. Agora não sabemos o seu lugar.
offline-place-unknown = Não sabemos o que o consultório vê agora.
offline-wifi = O Wi-Fi está ligado? Ou ligue os dados móveis.
offline-nearer = Aproxime-se do aparelho de Wi-Fi.
online-again = A ligação voltou.

# P4: your turn
p4-title = É a sua vez.
p4-ready = { $who } está à sua espera.
p4-minute = Sem pressa. { $who } sabe que precisa de um minuto.
p4-count = Entra, com câmara e som, em
p4-count-sound = Entra, sem câmara, em
p4-go-in = Entrar agora
p4-going-in = A entrar …
p4-without-camera = Entrar sem câmara
p4-not-yet = Ainda não, um minuto

# P5: the call
p5-title = Chamada com { $who }
p5-waiting-for = { $who } está a chegar.
p5-other-person = Outra pessoa
p5-here = { $name } chegou.
p5-gone = { $name } saiu.
p5-clinician-lost = A ligação de { $name } caiu. Fique aqui. O seu lugar mantém-se.
p3-back-in-line = Está de novo na fila, no seu lugar de antes.
p5-peer-muted = { $name } está sem som.
p5-peer-unmuted = { $name } tem som outra vez.
p5-options = Mais: câmara, som, ecrã inteiro
p5-options-title = Câmara, som e ecrã
p5-no-choice = Só há uma câmara e um microfone.
p5-full-screen = Ecrã inteiro sim ou não
p5-sound-blocked = O navegador está a reter o som.
p5-hear-now = Ligar o som
p5-sound-stopped = O seu som parou.
p5-sound-back = Recuperar o meu som
p5-camera-denied = O navegador bloqueia a câmara. Pode continuar a falar.
p5-camera-absent = Não encontramos câmara. Pode continuar a falar.
p5-camera-busy = Outro programa usa a sua câmara. Feche-o e toque em Câmara.
p5-microphone-denied = O navegador bloqueia o microfone. Pode escrever mensagens.
p5-microphone-absent = Não encontramos microfone. Pode escrever mensagens.
draining-call = O servidor do consultório reinicia em breve. Termine a visita, por favor.
reconnecting-title = Perdemos a ligação. Estamos a tentar de novo.
reconnecting-text = Aguarde. Deixe esta página aberta. A visita continua a seguir.
reconnecting-since = Sem ligação desde as { $time }.

# P6: after
p6-title = A sua visita terminou.
p6-title-lost = A ligação faltou tempo demais. A sua visita terminou.
p6-text = Ninguém gravou. Nada ficou guardado. Ao fechar esta página, tudo desaparece.
p6-lasted = { $minutes ->
    [0] A sua visita durou menos de 1 minuto.
    [one] A sua visita durou { $minutes } minuto.
   *[other] A sua visita durou { $minutes } minutos.
}
p6-go-back = Voltar à visita
p6-close = Já pode fechar esta página.
p6-visit-over = A pessoa por quem veio já saiu. Por isso a visita terminou também para si.
back-until = Pode voltar até às { $time }. O seu lugar fica guardado.
left-title = Saiu da sala de espera.
left-text = Pode voltar ou fechar esta página.
left-back = Voltar ao meu lugar
expired-title = Esteve ausente tempo demais.
expired-text = Agora não tem lugar. Entre de novo, por favor.
removed-title = Já não está na sala de espera.
removed-text = O consultório terminou o seu lugar às { $time }.

# Nothing to do here
wrong-link-title = Não encontramos esta sala de espera.
wrong-link-text = A ligação não está completa ou é antiga.
wrong-link-open = Abra de novo a ligação na sua mensagem ou e-mail.
wrong-link-call = Ou ligue para o consultório. Enviam uma nova ligação.
guest-over-title = Este link já não leva a nenhuma chamada.
guest-over-text = Já foi usado, ou a consulta terminou. Peça um novo ao consultório.
outdated-title = Esta página é antiga.
outdated-text = O consultório tem uma nova versão. Carregue a página outra vez.
outdated-reload = Carregar a página outra vez
garbled-title = Esta página não entende o servidor do consultório.
garbled-text = Carregue a página outra vez. Se isto voltar a acontecer, telefone para o consultório.
replaced-title = O seu lugar está aberto noutra janela.
replaced-text = Pode fechar esta página. Ou continuar aqui.
replaced-here = Continuar aqui
unsupported-title = Este navegador não faz chamadas seguras.
unsupported-text = Copie a ligação. Depois abra-a no { $browser }.
insecure-title = Este endereço não está protegido.
insecure-text = Câmara e som só funcionam se a ligação começar por https.
in-app-title = Abra esta página no { $browser }, por favor.
in-app-text = Abriu a ligação dentro de outra aplicação. Ali a câmara não funciona.
in-app-1 = Toque aqui em <strong>Copiar a ligação</strong>.
in-app-2 = Abra o <strong>{ $browser }</strong>.
in-app-3 = Toque na linha do endereço. Escolha <strong>Colar e ir</strong>.
copy-link = Copiar a ligação
copied = Copiada
copy-failed = Não copiada. Copie a linha do endereço.

# What the server knows
knows-title = O que o servidor sabe de si
privacy-link = Tudo o que este servidor guarda
knows-everything = Isto é tudo. É em direto.
knows-nothing = Agora o servidor não sabe nada de si.
knows-live = Lido na memória do servidor às { $time }.
knows-what-column = O quê
knows-value-column = O que o servidor tem
knows-until-column = Apagado
knows-details = Detalhes técnicos
knows-none = nada
knows-yes = sim
knows-no = não
knows-bytes = { $bytes } bytes. As palavras não são mostradas aqui.
knows-file-mine = De si, { $size }, trancado
knows-file-theirs = Para si, { $size }, trancado
knows-since = desde { $time }
knows-until-end = quando sair
knows-until-call = quando a chamada acabar
knows-until-forgotten = 20 minutos depois do fim
knows-until-page = quando fechar esta página
knows-until-at = às { $time }
knows-until-log = O número fica no registo. O seu nome não está lá.
knows-why = Porquê: { $why }
knows-erase = Apagar tudo e sair
knows-erase-note = Perde o seu lugar. Pode dar entrada de novo.
knows-erase-title = Apagar tudo e sair?
knows-erase-text = Uma chamada acaba logo. Perde o seu lugar. Os ficheiros também são apagados.
knows-erase-yes = Sim, apagar tudo
knows-erase-no = Não, voltar
knows-erase-busy = A apagar …
knows-back = Voltar
knows-what-name = O seu nome
knows-what-guest = É convidado de alguém
knows-what-guests = Pessoas convidadas para estar consigo
knows-what-guest_links = Convites que ninguém usou
knows-what-name_sealed = O seu nome está trancado
knows-what-state = A sua visita
knows-what-position = O seu lugar na fila
knows-what-checked_in_at = Deu entrada às
knows-what-area = Sala de espera
knows-what-language = A sua língua
knows-what-camera = A sua câmara
knows-what-microphone = O seu microfone
knows-what-hears = Ouve o som de teste
knows-what-network = A sua internet, como foi testada
knows-what-echo = A sua internet está a ser testada
knows-what-set_up_done = Câmara e som estão verificados
knows-what-connected = Está ligado
knows-what-lost_at = Sem ligação desde
knows-what-needs_a_minute = Pediu um minuto
knows-what-staff = Quem o chamou
knows-what-went_in_at = A sua chamada começou às
knows-what-deadline = Algo acontece sozinho às
knows-what-reason = Mensagem do consultório
knows-what-file = Ficheiro
knows-what-messages = Mensagens
knows-what-notes = Mensagens trancadas entre si e o consultório
knows-what-memo = Uma nota trancada do consultório sobre a sua visita
knows-what-referral = Uma nota do consultório que o enviou para esta sala de espera
knows-what-place = Código do seu lugar
knows-what-source = Código do seu endereço de internet
knows-what-check_ins = Entradas do seu endereço neste minuto
knows-what-number = Número da sua visita
knows-what-handle = Nome ao acaso da sua visita
knows-what-page = Número desta página
knows-what-outbox = Mensagens a caminho desta página
knows-what-version = Mudanças da sua visita
knows-what-room = Número da sua chamada
knows-what-rooms = Chamadas com ficheiros aqui
knows-what-gate = Som e imagem podem passar
knows-what-media = Ligação de som e imagem, com o seu endereço de internet
knows-what-media_session = Marca dessa ligação
knows-what-media_connected = Som e imagem estão ligados
knows-what-channel = O caminho de mensagens e ficheiros está aberto
knows-what-screen_asked = O consultório pediu para ver o seu ecrã
knows-what-muted = O seu microfone está desligado
knows-what-camera_off = A sua câmara está desligada
knows-what-speaking = Está a falar agora
knows-what-tell_to = Para onde escrevemos quando for a sua vez
knows-what-told = Já lhe escrevemos que é a sua vez
knows-what-layout = Imagens que a sua página mostra
knows-what-seal_hello = Chaves públicas da sua página
knows-what-rates = Contadores contra pedidos a mais
knows-why-who = O consultório vê quem espera.
knows-why-line = Guarda o seu lugar na fila.
knows-why-help = O consultório vê se os aparelhos funcionam.
knows-why-speak = O consultório sabe que língua lê.
knows-why-back = Pode voltar ao seu lugar.
knows-why-call = O som e a imagem precisam disto.
knows-why-files = A outra pessoa pode recebê-lo.
knows-why-guard = Protege o servidor de abusos.
knows-why-talk = A sua página e o servidor precisam disto para falar.
knows-why-turn = Quer saber quando é a sua vez.
knows-why-log = O consultório pode procurar falhas no servidor.
knows-state-arriving = A verificar câmara e som
knows-state-waiting = À espera
knows-state-away = Ausente
knows-state-called = Chamado
knows-state-in_call = Na chamada
knows-state-held = Em pausa
knows-state-ended = Terminada
knows-state-removed = Retirado da fila
knows-state-expired = Ausente tempo demais
knows-device-unknown = não verificado
knows-device-works = funciona
knows-device-denied = não permitido
knows-device-absent = não existe
knows-device-busy = usado por outro programa
knows-device-silent = não se ouve nada
knows-device-skipped = deixado de lado
erased-title = Está tudo apagado.
erased-text = O servidor já não sabe nada de si. Pode fechar esta página.
knows-address = Com esta página aberta, o servidor também vê o seu endereço de internet. Não o anota.

# What a patient is asked once.
consent-once = Só lhe perguntamos uma vez. Pode mudar a sua resposta mais tarde.
consent-yes = Sim, concordo
consent-no = Não
consent-file-title = Podem ser enviados ficheiros nesta consulta?
consent-file-text = Nos dois sentidos. São cifrados, por isso o servidor não os pode ler. Apaga cada ficheiro ao fim de 15 minutos, no máximo.
consent-photo-title = O consultório pode pedir-lhe uma fotografia?
consent-photo-text = Vê cada fotografia antes de ser enviada, e decide então.
consent-screen-title = O seu ecrã pode ser mostrado nesta consulta?
consent-screen-text = Escolhe o que é mostrado. O consultório vê tudo, também mensagens que apareçam. Feche o que ninguém deve ver. Pode parar a qualquer momento.
screen-asked = O consultório pede para ver o seu ecrã.
files-blocked = Disse que não a ficheiros.
files-allow = Permitir ficheiros
answers-title = As suas respostas nesta consulta
answer-file-yes = Podem ser enviados ficheiros.
answer-file-no = Não são enviados ficheiros.
answer-file-to-yes = Permitir ficheiros
answer-file-to-no = Não quero mais ficheiros
answer-photo-yes = O consultório pode pedir fotos.
answer-photo-no = Sem fotos.
answer-photo-to-yes = Permitir fotos
answer-photo-to-no = Não quero mais fotos
answer-screen-yes = O seu ecrã pode ser mostrado.
answer-screen-no = O seu ecrã não é mostrado.
answer-screen-to-yes = Permitir o meu ecrã
answer-screen-to-no = Deixar de permitir

# A photo that staff ask for
photo-file = Foto
photo-look-title = A sua câmara. Carregue no botão para uma foto.
photo-look-text = Ainda nada é enviado. Não se mexa.
photo-look-picture = A imagem da sua câmara
photo-shutter = Tirar a foto
photo-taking = A tirar a foto …
photo-no = Sem foto
photo-agree-title = Enviar esta foto?
photo-agree-text = Só esta foto é enviada. Não diz lugar nem hora. O servidor apaga-a após 15 minutos no máximo.
photo-agree-picture = A foto que tirou
photo-send = Enviar esta foto
photo-again = Tirar outra
photo-failed-title = A foto não resultou.
photo-failed-text = A sua câmara não deu imagem.

# The consent form
form-title = Leia e assine
form-text = Texto do formulário
form-how = Como quer assinar?
form-draw = Desenhar o meu nome
form-type = Escrever o meu nome
form-pad = Desenhe aqui o seu nome com rato, dedo ou caneta
form-name = O seu nome
form-both = Você e o consultório recebem o formulário assinado. O servidor não guarda cópia.
form-failed = Não foi possível enviar o formulário. Tente de novo.
form-sign = Assinar
form-working = O formulário está a ser feito …
form-again = Recomeçar
form-no = Não assino
form-signed-title = Assinou.
form-signed-text = Guarde agora a sua cópia. O servidor não tem nenhuma.
form-step-working = O formulário está a caminho.
form-step-sent = Enviado. O consultório ainda tem de confirmar.
form-step-kept = O consultório tem exatamente a mesma cópia.
form-step-failed = Não foi possível enviar. Pode tentar de novo.
form-unsaved = A sua cópia ainda não está guardada. Perde-se ao fechar.
form-save = Guardar a minha cópia
form-leave = Fechar sem guardar
form-file = Consentimento
form-pdf-page = Assinatura
form-pdf-name = Nome: { $name }
form-pdf-typed = Assinado ao escrever o nome
form-pdf-drawn = Assinado ao desenhar
form-pdf-time = Assinado em: { $time }
form-pdf-hash = SHA-256 do formulário: { $hash }

# The practice's keys
p0-verified-link = O seu link está certo. Só este consultório lê o seu nome.
p0-verified-code = O seu código está certo. Só este consultório lê o seu nome.
p0-not-verified = Encriptado, não verificado.
p0-have-code = Tenho um código
p0-unopened-title = O consultório ainda não abriu.
p0-unopened-text = Deixe esta página aberta. Continua sozinha.
p0-unopened-wait = Estamos sempre a ver.
code-first-title = Mais um passo, para sua segurança.
code-first-text = O seu link não está completo. Por favor, escreva o código do consultório.
code-title = Escrever o código do consultório
code-parts = O seu código tem 4 partes
code-part = Parte { $part } de 4
code-paste = Pode colar o código inteiro na primeira caixa.
code-incomplete = O código precisa de 4 letras ou números em cada parte.
code-other = Este código não é deste consultório. Veja outra vez ou ligue para o consultório.
code-go-on = Continuar
code-what-for = O código mostra que está com { $who } e que ninguém escuta.
code-none = Não tem código?
different-title = Parámos aqui, para sua segurança.
different-text = O seu link não condiz agora com as chaves deste consultório.
different-old-title = As chaves do consultório já não são válidas.
different-old-text = A data do seu aparelho está certa? Então o consultório tem de abrir a página uma vez.
different-elsewhere-text = Foi enviado para outra sala de espera. Não conseguimos confirmar que isso vem do consultório.
different-nothing = O seu nome não foi enviado.
different-ask = Ligue para o consultório. Peça um <strong>link novo</strong>.
lock-ask-words = Para ter a certeza, peça ao consultório para comparar palavras.

# Mensagens durante a espera
note-title = Mensagens
note-write = Escrever ao consultório
note-answer = Escrever uma resposta
note-unverified = Veio sem a ligação completa do consultório. Por isso não conseguimos verificar quem escreveu.
note-came = Mensagem de { $name }: { $text }
note-not-sent = A sua mensagem não foi enviada. Tente de novo, por favor.

# Something to look at while waiting
p3-show-picture = Uma imagem do consultório
p3-show-video = Um vídeo do consultório
p3-show-sheet = Uma folha do consultório
p3-show-read = Ler a folha do consultório
p3-show-close = Fechar a folha
p3-show-failed = Não abriu. O seu lugar fica guardado.

# To be written to when it is one's turn
p3-tell = Avisem-me quando for a minha vez
p3-tell-text = Pode guardar o telemóvel até uma hora. Escrevemos uma só vez.
p3-tell-to-mail = O seu e-mail
p3-tell-to-sms = O seu número de telemóvel
p3-tell-to-both = O seu e-mail ou número de telemóvel
p3-tell-hint = Serve para esta única mensagem e depois é esquecido. O servidor vê-o, e também quem entrega a mensagem.
p3-tell-wrong-mail = Escreva o e-mail completo, por exemplo maria@example.org.
p3-tell-wrong-sms = Escreva o número completo, por exemplo +351 912 345 678.
p3-tell-wrong-both = Escreva o e-mail completo ou o número de telemóvel completo.
p3-tell-many = Muitas pessoas pedem isto agora. Tente de novo daqui a um minuto, por favor.
p3-tell-send = Escrevam-me nessa altura
p3-tell-set = Vamos escrever-lhe uma só vez.
p3-tell-set-text = Já pode bloquear o telemóvel. Não feche esta página, por favor.
p3-tell-off = Não me escrevam
