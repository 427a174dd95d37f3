# What staff read. One idea a sentence, at most 18 words. A patient's name never stands in a title of a tab.

# The frame
staff-skip = Ir para o conteúdo
staff-areas = Salas de espera
staff-room = Sala de espera
staff-count-waiting = de espera
staff-sign-out = Terminar sessão
staff-min = min
staff-done = Pronto
staff-change = Alterar
staff-copy = Copiar
staff-try-now = Tentar agora
staff-try-again = Tentar de novo
staff-not-now = Agora não
staff-one-cookie = Usamos um cookie para a equipa. Acaba quando termina a sessão.
staff-announced = O que este servidor guarda muda a partir de { $day }.
staff-announced-see = Tudo o que ele guarda
staff-announced-read = Já li

# Before there is a waiting room
staff-wait = A sala de espera está a abrir
staff-wait-say = Estamos a ligar. Demora um momento.
staff-link-used = Este link já não funciona.
staff-link-used-say = Cada link de entrada funciona uma só vez e por pouco tempo.
staff-new-link = Como obter um novo link
staff-new-link-say = Fale com quem gere o servidor. Aí escreve-se este comando:
staff-new-link-once = Abra o novo link neste aparelho. Funciona uma vez.
staff-no-answer = O servidor não responde.
staff-no-answer-say = O link ainda não foi usado. Verifique a internet e tente de novo.
staff-replaced = Agora trabalha noutra janela.
staff-replaced-say = Só uma janela mostra a sua sala de espera. Uma chamada continua lá.
staff-use-here = Usar esta janela
staff-outdated = Há uma nova versão desta página.
staff-outdated-say = Recarregue a página. Todos mantêm o lugar.
staff-garbled = Esta página não entende o vosso servidor.
staff-garbled-say = Recarregue a página. Se isto voltar a acontecer, avise a pessoa que gere o servidor.
staff-unsupported = Este navegador não faz chamadas seguras.
staff-unsupported-say = Abra esta página num Chrome, Firefox ou Safari atual.
staff-reload = Recarregar a página

# Entrar com palavra-passe
staff-sign-in = Entrar
staff-sign-in-other = Começar de novo
staff-continue = Continuar
staff-login = O seu nome de utilizador
staff-password = Palavra-passe
staff-password-show = Mostrar a palavra-passe
staff-no-password = Ainda não tem palavra-passe?
staff-new-password-title = Escolha a sua própria palavra-passe
staff-new-password-say = Outra pessoa escolheu a atual. A nova é só sua.
staff-new-password = Nova palavra-passe
staff-new-password-hint = Pelo menos 8 caracteres, melhor 12 ou mais. Várias palavras seguidas são uma boa escolha.
staff-code-title = Agora o código da sua aplicação
staff-code-say = Abra a aplicação de autenticação no telemóvel. Escreva os seis algarismos que ela mostra para Anteroom.
staff-code = Código
staff-code-hint = Perdeu o telemóvel? Escreva uma das palavras que anotou.
staff-factor-title = Uma segunda fechadura para a sua conta
staff-factor-say = Leia esta imagem com uma aplicação de autenticação no telemóvel. Depois escreva os seis algarismos que ela mostra.
staff-factor-qr = Código QR para a aplicação de autenticação
staff-factor-by-hand = Ou escreva isto na aplicação:
staff-recovery-title = Anote estas palavras
staff-recovery-say = Cada uma serve uma vez em vez do código, por exemplo se perder o telemóvel. Só as vê agora.
staff-recovery-done = Já as anotei
staff-problem-wrong = O nome ou a palavra-passe está errado. Tente de novo.
staff-problem-code = Este código está errado ou já foi usado. Espere pelo seguinte.
staff-problem-too-short = Esta palavra-passe é curta de mais.
staff-problem-too-long = Esta palavra-passe é longa de mais.
staff-problem-common = Esta palavra-passe é fácil de adivinhar. Escolha outra.
staff-problem-same = Essa é a palavra-passe antiga. Escolha uma nova.
staff-problem-busy = O servidor está muito ocupado. Tente de novo daqui a pouco.
staff-problem-blocked = { $count ->
    [one] Demasiadas tentativas. Espere { $count } minuto e tente de novo.
   *[other] Demasiadas tentativas. Espere { $count } minutos e tente de novo.
}
staff-account = A sua conta
staff-account-short = Conta
staff-role-admin = Administração
staff-role-provider = Vê pacientes
staff-role-assistant = Vê a fila
staff-account-password = Mudar a palavra-passe
staff-account-password-new = Definir uma palavra-passe
staff-account-password-out = Os seus outros dispositivos deixam então de ter a sessão aberta.
staff-account-factor = Novo telemóvel para os códigos
staff-account-factor-new = Juntar códigos do telemóvel
staff-account-export = Guardar o que é conservado sobre si
staff-account-export-say = Um ficheiro com tudo o que o servidor conserva sobre a sua conta, para si ou para outro programa.
staff-passkeys = Chaves de acesso
staff-passkey-sign-in = Entrar com uma chave de acesso
staff-passkey-add = Juntar uma chave de acesso
staff-passkey-say = Uma chave de acesso abre a sua conta com o dedo, o rosto ou o PIN do seu dispositivo. Não há nada para decorar, nem nada que alguém o possa levar a contar.
staff-passkey-name = Um nome para ela
staff-passkey-name-hint = Para a reconhecer na lista, por exemplo “O meu telemóvel”.
staff-passkey-made = juntada: { $time }
staff-passkey-remove = Retirar
staff-passkey-remove-title = Retirar a chave de acesso “{ $name }”?
staff-passkey-remove-say = Deixa então de abrir a sua conta.
staff-problem-passkey = Esta chave de acesso não funcionou. Tente de novo, ou entre de outra forma.
staff-problem-passkey-none = Não foi usada nenhuma chave de acesso. Se ainda não tem nenhuma, entre de outra forma e junte uma em “Conta”.
staff-problem-passkey-not-made = Não foi criada nenhuma chave de acesso. Pode tentar de novo quando quiser.
staff-problem-passkey-unknown = Esta chave de acesso não é conhecida aqui, ou já não é. Entre de outra forma e junte uma nova em “Conta”.
staff-problem-passkey-late = Demorou demasiado. Tente de novo.
staff-problem-passkey-copied = Talvez alguém tenha uma cópia desta chave de acesso. Entre de outra forma, retire a chave em “Conta” e avise a pessoa que gere o servidor.
staff-problem-passkey-address = As chaves de acesso não funcionam neste endereço. Precisam do endereço do consultório com um nome, por exemplo https://video.consultorio.example.
staff-problem-passkey-full = Tem tantas chaves de acesso quantas uma conta pode ter. Retire primeiro uma.
staff-problem-passkey-known = Já há uma chave de acesso para a sua conta neste dispositivo.
staff-problem-passkey-stale = É preciso ter a certeza de que é mesmo você: termine a sessão, entre de novo e volte aqui dentro de dez minutos.
staff-problem-passkey-unsupported = Este navegador ou este dispositivo não consegue fazer isso. Tente com outro.
staff-provider-sign-in = Entrar com { $name }
staff-provider-title = Entrar com { $name }
staff-provider-link = Ligar a { $name }
staff-provider-say = Agora entra lá uma vez. Depois pode entrar aqui da mesma forma. Daquilo que { $name } diz, só fica guardado quem você é lá.
staff-provider-linked = Pode entrar com { $name }.
staff-provider-unlink = Acabar com a ligação
staff-provider-unlink-title = Deixar de entrar com { $name }?
staff-provider-unlink-say = Certifique-se de que tem outra forma de entrar.
staff-problem-provider-tell = Entre de outra forma e avise a pessoa que gere o servidor.
staff-problem-provider = { $why ->
    [none] Esta forma de entrar já não existe aqui.
    [denied] Não entrou com { $name }. Pode tentar de novo, ou entrar de outra forma.
    [silent] { $name } não responde neste momento. Tente de novo daqui a pouco, ou entre de outra forma.
    [browser] Esta entrada foi começada noutra janela, ou há demasiado tempo. Comece de novo aqui.
    [replayed] Esta entrada já foi usada. Comece de novo.
    [stranger] Nenhuma conta daqui está ligada à sua entrada lá. Entre primeiro de outra forma e depois ligue as duas em “Conta”.
    [admin] Quem administra entra com uma chave de acesso, ou com palavra-passe e código. { $name } ainda não prova aqui um segundo fator.
    [taken] A sua entrada lá já está ligada a outra conta daqui.
    [unlisted] { $name } remete para um endereço que não está na lista deste servidor.
    [refused] { $name } não aceita este servidor.
    [malformed] A resposta de { $name } não está completa.
    [algorithm] A resposta de { $name } está assinada de uma forma que aqui não se aceita.
    [signature] A resposta de { $name } não está assinada por { $name }.
    [issuer] A resposta não vem de { $name }, mas de outra pessoa.
    [audience] A resposta de { $name } destina-se a outro programa.
    [time] A resposta de { $name } já não é válida. Talvez um relógio esteja errado.
    [nonce] A resposta de { $name } pertence a outra pergunta.
    [manner] Não entrou com { $name } da forma que aqui se exige.
   *[garbled] A resposta de { $name } não se percebe.
}
staff-sessions = Onde tem a sessão aberta
staff-session-own = este dispositivo
staff-session-used = usado pela última vez: { $time }
staff-session-by-link = Aberta por um link
staff-session-by-password = Aberta com palavra-passe
staff-session-by-passkey = Aberta com uma chave de acesso
staff-session-by-provider = Aberta com o serviço de entrada do consultório
staff-sessions-out = Sair em todo o lado
staff-to-sign-in = Entrar com palavra-passe

# First run
staff-steps = Passos
staff-step-name = O seu nome
staff-step-link = O seu link
staff-setup-title = Quem é que os pacientes encontram aqui?
staff-setup-name = O seu nome
staff-setup-name-hint = Como os pacientes o conhecem, por exemplo Dra. Lena Hoffmann.
staff-setup-practice = O seu consultório
staff-setup-practice-hint = Por exemplo Clínica das Tílias.
staff-setup-phone = Telefone para ajuda
staff-setup-phone-hint = Aparece em todos os ecrãs. Os pacientes ligam quando algo não funciona.
staff-setup-save = Guardar e mostrar o link
staff-link-title = A sua sala de espera está pronta.
staff-link-this = Este é o seu link
staff-link-say = Dê-o a todos os seus pacientes. É sempre o mesmo.
staff-link-unknown = O seu link ainda não foi carregado.
staff-link-phone = Ao telefone?
staff-link-phone-say = Diga este endereço ao paciente:
staff-as-patient = Ver como paciente
staff-open-room = Abrir a minha sala de espera

# The link
staff-aside = O meu link e os meus aparelhos
staff-my-link = O meu link
staff-copy-my-link = Copiar o meu link
staff-qr = Código QR
staff-qr-alt = Código QR do seu link
staff-sms = SMS
staff-mail = E-mail
staff-own-device = Enviado do seu aparelho. O servidor não fica a saber nenhum endereço.
staff-edit-area = Alterar o nome ou o telefone
staff-invite = Convidar um paciente
staff-invite-say = Este link é sempre o mesmo. Todos os seus pacientes o podem ter.
staff-invite-instead = Criar antes um link para uma só visita
staff-invite-reads = Língua do paciente
staff-invite-at = Dia e hora
staff-invite-at-hint = Se quiser. É preciso para o calendário.
staff-invite-text = Ler o texto
staff-invite-calendar = Calendário
staff-invite-copy = Copiar o link
staff-invite-copy-text = Copiar o texto
staff-invite-qr-alt = Código QR do convite
staff-invite-print = Imprimir
staff-invite-agreed = O paciente aceita receber SMS
staff-invite-agreed-hint = Pergunte primeiro. Um SMS pode ser lido pelo caminho.
staff-invite-file = Consulta por vídeo.ics

# The waiting room
staff-waiting = { $count ->
    [0] Ninguém à espera
    [one] { $count } pessoa à espera
   *[other] { $count } pessoas à espera
}
staff-live = Ligado. Esta lista está atual.
staff-lost = A ligação caiu. Tentamos de novo.
staff-lost-since = Sem ligação desde as { $time }. Esta lista pode ser antiga. Os pacientes mantêm o lugar.
staff-strip-lost = Sem ligação
staff-draining = O servidor para às { $time }, o mais tardar. As chamadas continuam até lá. Ninguém novo pode entrar.
staff-held-banner = { $name } está em pausa. Ninguém vê nem ouve a sua chamada.
staff-presence = O que os pacientes veem
staff-presence-open = Aberto
staff-presence-busy = Ocupado
staff-presence-away = Ausente
staff-presence-closed = Fechado
staff-patients-read = Os pacientes leem: “{ $text }”
staff-presence-title-away = O que leem os pacientes durante a ausência?
staff-presence-title-closed = O que leem os pacientes quando está fechado?
staff-presence-words = Texto para os pacientes
staff-presence-default = Se ficar vazio, os pacientes leem: “{ $text }”
staff-presence-save = Mostrar isto
staff-closed-say = Ninguém novo pode entrar. Quem espera continua na lista.
staff-text-away = O médico volta dentro de pouco tempo.
staff-text-closed = A sala de espera está fechada agora.
staff-empty-open = A sua porta está aberta.
staff-empty-say = Envie o seu link. Quando alguém entra, ouve uma campainha e vê aqui o nome.
staff-empty-closed = A sua porta está fechada.
staff-empty-closed-say = Ninguém pode entrar. Escolha Aberto quando quiser começar.
staff-section-in-call = Em chamada, { $count }
staff-section-held = Em pausa, { $count }
staff-section-line = À espera, { $count }
staff-start = Começar
staff-assistant-say = Vê quem está à espera e pode escrever notas. Os colegas iniciam as consultas.
staff-start-with = Começar com { $name }
staff-cancel-call = Cancelar
staff-to-call = Ir para a chamada
staff-resume = Retomar
staff-hold = Pausa
staff-more = Mais para { $name }
staff-hand-over = Passar a um colega
staff-remove = Tirar da fila
staff-waited = { $count ->
    [0] À espera há menos de 1 minuto
    [one] À espera há { $count } minuto
   *[other] À espera há { $count } minutos
}

# The worst fact about one visit
staff-fact-setting-up = A preparar
staff-tell-turn = Avisar
staff-told-turn = Avisado: é a sua vez
staff-fact-place-kept = Lugar guardado até às { $time }
staff-fact-lost = Ligação perdida
staff-fact-called = Chamada, { $seconds } s
staff-fact-minute = Precisa de um minuto
staff-fact-with-other = Com { $clinician }
staff-fact-in-call = Em chamada consigo
staff-fact-held = Em pausa
staff-fact-mic-blocked = Microfone bloqueado
staff-fact-no-mic = Sem microfone
staff-fact-mic-silent = Sem som do microfone
staff-fact-cam-blocked = Câmara bloqueada
staff-fact-no-camera = Sem câmara
staff-fact-ready = Tudo pronto
staff-fact-works = Câmara e som funcionam
staff-fact-tested = Câmara, microfone e ligação testados
staff-fact-hears-nothing = Não ouve som
staff-network-unknown = Ligação não testada
staff-network-good = Ligação testada
staff-network-tcp = A ligação funciona por um desvio (TCP)
staff-network-lossy = Ligação fraca: { $loss } % de perdas
staff-network-slow = Ligação lenta: { $delay } ms
staff-network-narrow = Ligação fraca: { $rate } kbit/s
staff-network-blocked = Não passa som nem imagem
staff-fact-gone = Já não está
staff-camera-works = A câmara funciona
staff-camera-unknown = Câmara não testada
staff-sound-works = O som funciona
staff-sound-unknown = Som não testado

# News, one line
staff-news-arrived = { $name } entrou na sala de espera.
staff-news-left = { $name } saiu da fila.
staff-news-lost = { $name } perdeu a ligação. Guardamos o lugar.
staff-news-back = { $name } voltou.
staff-news-minute = { $name } precisa de um minuto.
staff-news-offline = Sem ligação. Tente de novo quando a lista estiver atual.
staff-news-saved = Guardado.
staff-news-not-copied = Este navegador não copia. Marque o texto e copie à mão.
staff-news-copied = Copiado.
staff-refused = Não funcionou. Tente de novo.
staff-refused-late = Foi tarde de mais. A lista mostra como está agora.
staff-refused-not-allowed = Não pode fazer isso.
staff-refused-area = Essa sala de espera não recebe ninguém agora.
staff-refused-room-full = Já estão nove pessoas nesta chamada. Não há lugar para mais.
staff-refused-too-many = Foi rápido de mais. Espere um momento e tente de novo.
staff-refused-draining = O servidor para em breve. Nada de novo pode começar.
staff-refused-text = O texto é longo de mais ou está vazio. Altere-o e tente de novo.

# The bell and the own devices
staff-arrives = Quando alguém chega
staff-bell = Campainha
staff-bell-hint = Em silêncio durante uma chamada
staff-bell-locked = O navegador mantém a campainha em silêncio. Carregue uma vez nesta página.
staff-test-bell = Testar a campainha
staff-own-devices = A sua câmara e o seu som
staff-own-devices-new = Teste-os uma vez antes da primeira consulta.
staff-own-devices-work = Ambos funcionam. Ficam desligados até começar.
staff-own-devices-look = Falta alguma coisa. Veja antes de começar.
staff-own-computer = Câmara, som e internet
staff-check-devices = Verificar este computador
staff-device-works = Funciona
staff-device-asking = Autorize quando o navegador perguntar e diga alguma coisa.
staff-device-denied = O navegador bloqueia.
staff-device-absent = Não encontramos nenhum aparelho.
staff-device-busy = Outro programa está a usar. Feche-o.
staff-device-silent = Não ouvimos nada. O microfone está tapado ou desligado?
staff-own-network-running = Estamos a testar a internet deste computador
staff-own-network-running-say = Demora até meio minuto.
staff-own-network-good = A internet chega para consultas por vídeo
staff-own-network-tcp = A internet funciona por um desvio (TCP)
staff-own-network-tcp-say = Esta rede bloqueia o caminho direto (UDP). As chamadas funcionam, mas podem chegar tarde. Peça a quem cuida da sua rede que permita UDP para este servidor.
staff-own-network-lossy = A internet perde partes da chamada
staff-own-network-lossy-say = As palavras podem ficar cortadas. Use um cabo ou aproxime-se do seu Wi-Fi.
staff-own-network-slow = A internet demora a responder
staff-own-network-slow-say = Podem falar por cima um do outro. Use um cabo e pare outros vídeos e transferências.
staff-own-network-narrow = A internet é fraca demais para um consultório
staff-own-network-narrow-say = Um consultório deve ter { $needed } kbit/s nos dois sentidos. As imagens podem ficar pouco nítidas. Use um cabo e pare outros vídeos e transferências.
staff-own-network-blocked = Não passa som nem imagem
staff-own-network-blocked-say = Esta rede não deixa passar chamadas. Peça a quem cuida dela que permita UDP e TCP para este servidor.
staff-own-network-failed = Não conseguimos testar a internet agora
staff-own-network-failed-say = As chamadas podem funcionar na mesma. Tente outra vez daqui a um minuto.
staff-network-carries = Medido: { $rate } kbit/s nos dois sentidos, { $loss } % de perdas, { $delay } ms ida e volta.
staff-network-carries-more = Medido: mais de { $needed } kbit/s nos dois sentidos, { $loss } % de perdas, { $delay } ms ida e volta.
staff-level-none = Nível: baixo
staff-level-good = Nível: bom
staff-blocked-help = Carregue no sinal ao lado do endereço. Autorize câmara e microfone e tente de novo.

# May I start?
staff-confirm = Começar com { $name }?
staff-patients-devices = Aparelhos do paciente
staff-confirm-unfinished = O teste da câmara e do som não acabou. Pode começar na mesma.
staff-confirm-lost = O paciente não está ligado agora. A chamada espera por ele.
staff-my-camera = A minha câmara está ligada
staff-enter-starts = começa,
staff-esc-back = volta atrás
staff-confirm-gone = Não pode começar agora.
staff-confirm-gone-say = O paciente saiu, ou um colega foi mais rápido.
staff-remove-title = Tirar { $name } da fila?
staff-remove-say = O lugar perde-se. O paciente pode entrar de novo.
staff-remove-reason = Motivo para o paciente
staff-remove-hint = Pode ficar vazio.
staff-hand-over-title = Quem recebe { $name }?
staff-hand-over-say = O lugar mantém-se. Não é preciso entrar de novo.

# The call
staff-call-with = Chamada com { $name }
staff-in-call-title = Em chamada
staff-silent = Silêncio
staff-tools = Mais
staff-end = Terminar
staff-full-screen = Ecrã inteiro
staff-keys = Teclas
staff-to-room = Ir para a sala de espera
staff-note-held = { $name } está em pausa. Não se veem nem se ouvem.
staff-note-connecting = A sua câmara e o seu som estão a ligar.
staff-veil-say = Deixe esta página aberta. { $name } vê que a ligação caiu.
staff-note-other-connecting = { $name } está a entrar.
staff-note-other-lost = { $name } perdeu a ligação. Guardamos o lugar.
staff-note-sound-blocked = O navegador retém o som.
staff-sound-on = Ligar o som
staff-note-no-mic = { $name } não ouve nada de si. O seu microfone falta ou está bloqueado.
staff-chat-gone = Só nesta janela. Desaparece quando a fecha.
staff-save-chat = Guardar
staff-chat-file = mensagens.txt

# Several in a call
staff-people = Pessoas nesta chamada
staff-person-waits = espera
staff-add = Juntar a esta chamada
staff-let-in = Deixar entrar
staff-let-go = Deixar sair
staff-join = Participar
staff-leave = Sair
staff-not-let-in = Esta janela não deixou entrar { $name }. Não se veem nem se ouvem.
staff-guest-invite = Convidar alguém
staff-guest-title = Convidar alguém para junto de { $name }
staff-guest-say = Envie este link a uma só pessoa, por exemplo um intérprete ou um familiar. Serve uma vez, e só durante esta visita. Quem o abrir espera aqui até o deixar entrar.
staff-guest-none = Este computador ainda não tem link para pacientes. Primeiro tem de ser aceite.
staff-guest-of = Convidado de { $name }
staff-guest-waits = { $name } foi convidado e espera.

# Devices of the practice
staff-devices = Aparelhos nesta consulta
staff-device-add = Adicionar um aparelho
staff-device-say = Um aparelho do consultório entra com a sua própria imagem: uma ecografia, uma câmara ou um programa como o OBS.
staff-device-name = O que é?
staff-device-hint = Ambos veem este nome, por exemplo: Ecografia.
staff-device-ready = O aparelho já pode entrar
staff-device-enter = Introduza o endereço e o código no aparelho. No OBS: Definições, Transmissão, serviço WHIP.
staff-device-publish = Endereço para enviar uma imagem
staff-device-token = Código
staff-device-play = Endereço só para ver
staff-device-once = Só vê o código agora. É válido até a consulta terminar.
staff-device-in-use = está ligado
staff-device-waits = ainda não está ligado
staff-device-remove = Retirar

# The end
staff-end-title = E agora, para { $name }?
staff-end-visit = Terminar a consulta
staff-end-visit-say = O paciente pode voltar durante pouco tempo.
staff-end-hold = De volta à sala de espera
staff-end-hold-say = O lugar mantém-se. Não se veem nem se ouvem.
staff-end-stay = Ficar na chamada
staff-ended = Consulta terminada
staff-ended-lasted = { $count ->
    [0] Consulta terminada, menos de 1 minuto
    [one] Consulta terminada, { $count } minuto
   *[other] Consulta terminada, { $count } minutos
}
staff-ended-patient-left = { $name } saiu da chamada.
staff-ended-lost = A ligação com { $name } faltou tempo de mais.
staff-ended-stopped = O servidor parou.
staff-next = A seguir: { $name }
staff-kept = O que o servidor guarda
staff-kept-say = Nada do que foi dito, mostrado ou escrito. O nome foi apagado.
staff-return = Terminou por engano?
staff-return-say = { $name } pode voltar durante pouco tempo e mantém o lugar.

# Keys
staff-keys-on = As letras sozinhas são comandos
staff-key-n = <strong>N</strong> próximo paciente
staff-key-arrows = <strong>↑ ↓</strong> mover na lista
staff-key-m = <strong>M</strong> som
staff-key-v = <strong>V</strong> câmara
staff-key-c = <strong>C</strong> chat
staff-key-h = <strong>H</strong> pausa ou retomar
staff-key-e = <strong>E</strong> e agora
staff-key-help = <strong>?</strong> esta lista

# Files.
staff-files-agreed = { $name } concorda com ficheiros nesta consulta.
staff-files-declined = { $name } não quer ficheiros nesta consulta.

# A photo that staff ask for
staff-show-ask = Pedir para ver o ecrã
staff-show-asked = Foi pedido a { $name } que mostre o ecrã.
staff-show-declined = { $name } não quer mostrar o ecrã.
staff-show-shown = { $name } está a mostrar o ecrã.
staff-show-impossible = O aparelho de { $name } não consegue mostrar o ecrã.
staff-show-failed = Não foi possível perguntar a { $name }. Tente novamente.
staff-photo-ask = Pedir uma foto
staff-photo-asked = Foi pedida uma foto a { $name }.
staff-photo-looking = { $name } está a tirar uma foto.
staff-photo-declined = { $name } não quer enviar uma foto.
staff-photo-allowed = { $name } permite agora fotos. Pode pedir outra vez.
staff-photo-sent = { $name } enviou uma foto. Está no chat.
staff-photo-failed = A foto não resultou com { $name }.
staff-screen-agreed = { $name } aceitou mostrar o ecrã.
staff-screen-declined = { $name } não quer mostrar o ecrã.

# The consent form
staff-form = Consentimento
staff-form-template = Mostrar o modelo na língua do paciente
staff-form-own = Mostrar um formulário próprio (PDF ou texto)
staff-form-limit = Um PDF pode ter { $size } e { $pages } páginas, um texto { $chars } caracteres.
staff-form-show = Mostrar o texto
staff-form-sending = O formulário está a caminho de { $name }.
staff-form-asked = { $name } está a ler o formulário.
staff-form-lost = A página de { $name } foi carregada outra vez e já não mostra o formulário.
staff-form-again = Mostrar o formulário outra vez
staff-form-declined = { $name } não quer assinar.
staff-form-unread = Não é possível mostrar o formulário a { $name }. Imprima-o para um novo PDF, ou use um texto.
staff-form-signed = { $name } assinou. Guarde a sua cópia: o servidor não tem nenhuma.
staff-form-failed = O formulário não chegou. Mostre-o de novo.
staff-form-save = Guardar o formulário assinado
staff-form-unsaved = Ainda não está guardado.
staff-form-done = Pronto
staff-form-title = Consentimento para uma consulta por vídeo
staff-form-file = Consentimento
staff-form-not-no_text = Este ficheiro não é PDF nem texto, ou o texto é demasiado longo.
staff-form-not-too_large = Este ficheiro é demasiado grande.
staff-form-not-no_pdf = Este ficheiro tem nome de PDF, mas não é um PDF.
staff-form-not-locked = Este PDF está bloqueado com palavra-passe. Guarde-o sem palavra-passe.
staff-form-not-broken = Este PDF está danificado. Imprima-o para um novo PDF e escolha esse.
staff-form-not-active = Este PDF pode fazer coisas sozinho. Imprima-o para um novo PDF e escolha esse.
staff-form-not-hidden = Há outros ficheiros dentro deste PDF. Imprima-o para um novo PDF e escolha esse.
staff-form-not-pictures = A página não consegue mostrar as imagens deste PDF. Imprima-o para um novo PDF e escolha esse.
staff-form-not-pages = Este PDF tem demasiadas páginas.

# Keys of the practice
staff-link-code = Se um link chegar incompleto, os pacientes escrevem este código:
staff-link-later = Verá o link quando este computador for aceite.
staff-name-unread = O nome não se lê neste computador
staff-name-unread-say = Outro computador do consultório talvez o leia. Ou peça ao paciente para entrar outra vez.
staff-name-old = Escrito noutro dia
staff-stranger = Este computador ainda não lê os nomes.
staff-stranger-say = Alguém o aceita num computador do consultório. Antes, comparem este código:
staff-stranger-compare = Lado a lado ou ao telefone.
staff-keys-lost = Já não há outro computador
staff-wrong-keys = O servidor mostra chaves diferentes das que este computador conhece.
staff-wrong-keys-say = Não comece nenhuma visita. O consultório fez chaves novas? Então compare outra vez. Se não, pergunte a quem gere o servidor.
staff-compare-anew = Temos chaves novas, comparar outra vez
staff-offer = Outro computador quer participar:
staff-offer-compare = Mostra o mesmo código?
staff-offer-same = É o mesmo
staff-offer-else = Se não, ou se ninguém lhe pediu, não faça nada.
staff-offer-gone = Já não pede
staff-accept = Para que serve este computador?
staff-accept-name = Quem trabalha nele?
staff-accept-hint = Os pacientes veem este nome na chamada.
staff-accept-part = O que pode fazer?
staff-accept-do = Aceitar
staff-part-assistant = Assistente
staff-part-assistant-say = lê nomes, não faz chamadas
staff-part-clinician = Médico
staff-part-clinician-say = lê nomes e faz chamadas
staff-part-holder = Guarda das chaves
staff-part-holder-say = também aceita e retira computadores
staff-browsers = Computadores do consultório
staff-browsers-count = { $count ->
    [one] { $count } computador lê os nomes.
   *[other] { $count } computadores leem os nomes.
}
staff-browsers-show = Mostrar os computadores
staff-browsers-say = Só estes leem os nomes dos pacientes. O servidor não consegue.
staff-browsers-add = Para juntar um, entre com ele. Mostra um código que compara aqui.
staff-browser-own = este computador
staff-browser-unnamed = Sem nome
staff-revoke = Retirar { $name }?
staff-revoke-say = A partir de agora não lê nomes novos nem faz chamadas. O seu link fica igual.
staff-paper = Uma folha para o cofre
staff-paper-hint = Guarde uma cópia da sua chave.
staff-paper-hint-say = Se este computador avariar, precisa dela para manter o seu link.
staff-paper-show = Mostrar a folha
staff-paper-later = Agora não
staff-paper-what = Esta é a chave da sua sala de espera:
staff-paper-how = Se perder todos os computadores: entre com um novo, escolha “Já não há outro computador” e escreva-a.
staff-paper-code = Código do seu link: { $code }
staff-paper-safe = Quem tem esta folha pode passar pelo seu consultório. Guarde-a fechada.
staff-paper-print = Imprimir
staff-restore = Escrever a chave da folha
staff-restore-hint = 52 letras e números. O seu link fica igual. Os outros computadores têm de ser aceites outra vez.
staff-restore-wrong = Esta não é a chave desta sala de espera. Veja cada letra.
staff-restore-do = Usar esta chave
staff-anew = Também não temos folha
staff-anew-say = Pode fazer chaves novas. Então os links antigos param os pacientes, e tem de enviar a todos um link novo.
staff-anew-do = Fazer chaves novas
staff-words = Comparar palavras
staff-words-say = Para terem a certeza um do outro, leiam quatro palavras em voz alta.
staff-policy = Como as chamadas são protegidas
staff-policy-require = Cifradas.
staff-policy-require-say = Recomendado. Qualquer link funciona.
staff-policy-insist = Cifradas, e só com o link inteiro ou o código.
staff-policy-insist-say = Mais seguro. Quem tem um link antigo tem de escrever o código.
staff-policy-prefer = Cifradas, mas os aparelhos são permitidos.
staff-policy-prefer-say = Para uma ecografia ou uma segunda câmara. O servidor pode ver o que esse aparelho envia.
staff-prefer-title = Permitir aparelhos que não cifram?
staff-prefer-server = O servidor, e quem o gere, pode ver e ouvir o que esse aparelho envia.
staff-prefer-people = O que as pessoas dizem e mostram continua cifrado.
staff-prefer-lock = Enquanto um aparelho está na chamada, o cadeado está aberto para todos. Quem não tem o link inteiro não vê o aparelho.
staff-prefer-allow = Permitir aparelhos
staff-device-none-holder = Aqui não são permitidos aparelhos, porque não cifram. Pode mudar isso.
staff-device-none = Aqui não são permitidos aparelhos, porque não cifram. Quem tem a chave do consultório pode mudar isso.

# A note for colleagues on a card
staff-memo-write = Escrever uma nota
staff-memo-change = Mudar a nota
staff-memo-title = Uma nota sobre { $name }
staff-memo-label = Nota para a sua equipa
staff-memo-hint = No máximo { $chars } caracteres.
staff-memo-say = Quem trabalha nesta sala de espera pode lê-la e vê quem a escreveu. { $name } e o servidor não podem. Desaparece quando a visita acaba.
staff-memo-save = Guardar a nota
staff-memo-delete = Apagar a nota
staff-memo-unread = Há aqui uma nota que este navegador não consegue ler.
staff-memo-by = { $name }, { $time }
staff-memo-stays = A sua nota não vai junto. É apagada.
staff-memo-not-written = Não foi possível escrever a nota. Abra a página de novo.

# Quem entra, e quando
staff-rules = Quem pode entrar
staff-rules-change = Horário e entrada
staff-rules-save = Guardar
staff-rules-back = Voltar à sala de espera
staff-rules-no-hours = Sem horário.
staff-rules-hours = Abre e fecha segundo o seu horário.
staff-rules-anyone = Quem tem o seu link pode entrar.
staff-rules-passcode = Os pacientes precisam da palavra-passe:
staff-rules-invited = Os pacientes precisam de um link para uma consulta.
staff-hours = Horário
staff-hours-on = Abrir e fechar segundo este horário
staff-hours-on-hint = Quem já entrou fica na fila depois da hora de fecho.
staff-hours-from = { $day }, período { $which }, das
staff-hours-to = { $day }, período { $which }, às
staff-hours-until = às
staff-hours-empty = Deixe as duas horas vazias quando está fechado. 0:00 como fim é meia-noite.
staff-hours-zone = Fuso horário
staff-hours-text = Texto para pacientes quando está fechado
staff-hours-text-hint = Por exemplo, para quem ligar numa emergência. Os pacientes veem também quando abre de novo.
staff-out-of-hours = Fechado segundo o seu horário.
staff-out-of-hours-until = Fechado segundo o seu horário até { $day }, { $time }.
staff-entry = Entrada
staff-entry-anyone = Quem tem o seu link
staff-entry-anyone-say = O modo habitual.
staff-entry-passcode = Palavra-passe
staff-entry-passcode-say = Os pacientes escrevem uma palavra que lhes disse. Um link para uma consulta dispensa-a.
staff-entry-invited = Só com um link para uma consulta
staff-entry-invited-say = O seu próprio link não deixa então entrar ninguém.
staff-passcode = Palavra-passe
staff-passcode-hint = Pelo menos { $chars } letras e algarismos. Mantém estranhos de fora. Mude-a de vez em quando.
staff-waiting-max = Quantas pessoas podem entrar
staff-waiting-max-hint = Vazio: até { $max }. Quem vem depois lê que a sala está cheia.
staff-visit-link = Link para uma consulta
staff-visit-link-say = Uma pessoa entra com ele uma vez. Quanto tempo dura?
staff-visit-link-days = { $days ->
    [one] 1 dia
   *[other] { $days } dias
}
staff-visit-link-made = Envie este link a um só paciente.
staff-visit-link-until = Serve até { $day }, { $time }.
staff-visit-link-once = Só é mostrado agora. Ninguém o pode ver mais tarde.
staff-held-back = Muitas entradas vêm de uma só ligação à internet.
staff-held-back-say = Algumas pessoas têm de esperar um minuto. As outras entram como sempre.

# Quando ninguém está a olhar
staff-notes = Aviso neste computador
staff-notes-hint = Diz «Alguém espera». Nunca um nome.
staff-notes-blocked = O navegador bloqueia os avisos desta página. Permita-os nas definições dele.
staff-note = Alguém espera.
staff-snooze = Não lembrar durante 10 minutos
staff-snooze-end = Lembrar de novo
staff-snoozed = Sem lembrete até às { $time }

# Mensagens entre a receção e a fila
staff-line-new = { $count ->
    [one] 1 mensagem nova
   *[other] { $count } mensagens novas
}
staff-line-count = { $count ->
    [one] 1 mensagem
   *[other] { $count } mensagens
}
staff-line-write = Escrever uma mensagem
staff-line-title = Mensagens com { $name }
staff-line-say = { $name } lê isto enquanto espera. Está cifrado e é apagado com a visita.
staff-line-unread = Uma mensagem que este navegador não consegue ler
staff-line-came = Nova mensagem de { $name }

# How it looks to patients
staff-look = O que veem os pacientes
staff-look-change = Logótipo, cor e boas-vindas
staff-look-words = Cor e boas-vindas
staff-look-colour = Uma cor própria
staff-look-colour-hint = Para a parede e os botões principais. O texto por cima é branco.
staff-look-pick = Cor
staff-look-readable = O texto lê-se bem: { $ratio } para 1.
staff-look-pale = O texto branco lê-se mal: { $ratio } para 1. É preciso { $least } para 1. Escolha uma cor mais escura.
staff-look-welcome = Boas-vindas
staff-look-welcome-hint = Os pacientes leem isto ao entrar. Uma linha que começa com # é um título, com - uma lista. **Duas estrelas** põem a negrito.
staff-look-logo = Logótipo
staff-look-logo-hint = PNG, JPEG ou WebP, até 256 KB.
staff-look-logo-alt = O seu logótipo
staff-look-show = Para quem espera
staff-look-show-hint = Uma imagem (até 2 MB), um vídeo (MP4 ou WebM, até 16 MB) ou um PDF (até 5 MB). Vem só deste servidor.
staff-look-show-alt = O que os pacientes veem enquanto esperam
staff-look-pdf = Há um PDF definido.
staff-look-choose = Escolher um ficheiro
staff-look-busy = A enviar…
staff-look-remove = Remover
staff-look-saved = Guardado. Os pacientes já o veem.
staff-look-kind = Este tipo de ficheiro não serve aqui.
staff-look-large = O ficheiro é demasiado grande. Pode ter até { $size }.
staff-look-pixels = A imagem tem demasiados píxeis ou está danificada.
staff-look-full = Todas as salas juntas têm demasiados ficheiros. Remova um.
staff-look-failed = Não foi guardado. Tente outra vez.
staff-look-text = As boas-vindas são demasiado longas.
staff-look-not-colour = Esta cor não serve.

# When no page is open
staff-reach = Avisar-me noutro lado
staff-reach-say = Quando alguém está à espera e não está em consulta, recebe um e-mail. Diz só isso, e nunca um nome.
staff-reach-address = O seu endereço de e-mail
staff-reach-set = Enviar-me e-mails
staff-reach-end = Não quero mais e-mails
staff-reach-kept = O seu endereço fica guardado com a sua conta, selado. É apagado quando deixa de querer os e-mails.
staff-reach-sent = Acabámos de lhe enviar um e-mail. Se não chegar, veja na pasta de spam.
staff-reach-later = Guardado. O servidor de correio não aceitou logo o primeiro e-mail. Talvez chegue mais tarde.
staff-reach-off = Já não recebe e-mails.
staff-reach-refused = O servidor de correio não aceita este endereço. Verifique-o, por favor.
staff-reach-busy = Não resultou. Tente de novo daqui a um minuto, por favor.
staff-reach-offline = Não há ligação. Tente de novo, por favor.
staff-push = Avisar este navegador
staff-push-hint = Mostra «Alguém está à espera», mesmo com esta página fechada. O fabricante do navegador fica a saber que algo foi enviado, mas não o quê.
staff-push-cannot = Este navegador não consegue fazer isso aqui.
staff-push-failed = O serviço do navegador não respondeu. Tente de novo mais tarde, por favor.
staff-mail-off = Não quer mais e-mails?
staff-mail-off-say = Deixa então de receber e-mails quando alguém está à espera. Pode voltar a ligá-los na sua sala de espera.
staff-mail-is-off = Já não recebe e-mails
staff-mail-is-off-say = Pode fechar esta página.
staff-mail-off-failed = Não resultou
staff-mail-off-failed-say = Talvez a ligação seja antiga, ou os e-mails já estejam desligados. Também os pode desligar na sua sala de espera, em «Avisar-me noutro lado».

# The server sends an invitation
staff-invite-server = Deixar o servidor enviar
staff-invite-server-say = O servidor do seu consultório lê então o endereço e a ligação, e esquece o endereço assim que estiver enviado. Quem controla o servidor poderia pôr outra chave na ligação. Os meios acima não têm esse risco.
staff-invite-to-mail = Endereço de e-mail do paciente
staff-invite-to-sms = Número de telemóvel do paciente
staff-invite-by-mail = Enviar por e-mail
staff-invite-by-sms = Enviar por SMS
staff-invite-sending = A enviar …
staff-invite-first-agreed = Diga primeiro, acima, que o paciente aceita SMS.
staff-invite-sent = Enviado. O endereço foi esquecido.
staff-invite-failed = Não foi possível enviar. O endereço foi esquecido. Use um dos meios acima, por favor.
staff-invite-unfit = Este endereço não serve. Verifique-o, por favor.
staff-invite-many = Foram muitos num minuto. Espere um momento, por favor.
