# The patient's page. A2: one idea, one sentence, at most 14 words, polite. Strong marks the words of a button or menu.

# Everywhere
practice = Practice
the-practice = the practice
the-practice-first = The practice
help-by-phone = Help by phone: { $phone }
call-practice = Call the practice
message-from-practice = Message from the practice
keep-place = You keep your place in line.
try-again = Try again
try-now = Try now
check-in-again = Check in again
name-deleted = The server has deleted your name.
presence-open = Open now
presence-busy = With another patient
presence-busy-guest = In a visit
presence-away = Away for a moment
presence-closed = Closed now
presence-not-connected = Not connected

# Title of the tab
tab-checked-in = Checked in · { $place }
tab-waiting = { $position ->
    [0] Waiting
   *[other] ({ $position }) Waiting
} · { $place }
tab-turn = It is your turn · { $place }
tab-call = Call · { $who }
tab-held = On hold · { $place }
tab-offline = Not connected since { $time } · { $place }
tab-over = Visit over · { $place }

# Opening
opening-title = We open the waiting room.
opening-text = This takes a moment.

# P0: check in
p0-title = Welcome. Please tell us your name.
p0-guest-title = You are invited to a video visit.
p0-guest-text = { $who } lets you in. Before that, nobody sees or hears you.
p0-name = Your name
p0-name-empty = Please write your name here.
p0-name-refused = This name is too long. Please write it shorter.
p0-check-in = Check in
p0-checking-in = Checking in …
p0-no-app = You need no app and no account.
p0-who-sees = Only the practice sees your name.
p0-no-record = We record nothing. We store nothing.
p0-open = { $waiting ->
    [0] Open now. Nobody is waiting.
    [one] Open now. { $waiting } person is waiting.
   *[other] Open now. { $waiting } people are waiting.
}
p0-place-lost = We do not find your old place any more. Please check in again.
p0-too-many = Many people check in right now. We try again in 20 seconds.
p0-emergency = Is it an emergency? Please call 112.
p0-closed-title = The waiting room is closed.
p0-closed-text = You can use the same link later.
p0-passcode = Passcode of the practice
p0-passcode-hint = The practice has told you this word or number.
p0-passcode-wrong = This passcode is not right. Look again, or call the practice.
p0-link-used = This link works once, and was used or is too old. Ask the practice for a new one.
p0-invited-title = You need a link for your visit.
p0-invited-text = The practice sends you a link for each visit. Open that link.
p0-closed-opens = It opens again on <strong>{ $day } at { $time }</strong>. You can use the same link then.
p0-closed-zone = Times are those in { $place }.
p0-hours = Opening hours
p0-hours-days = { $from } to { $to }
p0-hours-time = { $from } to { $to }
p0-full-title = The waiting room is full.
p0-full-text = Keep this page open. It tells you when there is a place.
p0-draining-title = The server of the practice restarts.
p0-draining-text = You can check in again in a few minutes.

# P1 and P2: camera and sound
steps = Steps
step-checked-in = Checked in
step-set-up = Camera and sound
step-waiting = Waiting room
p1-title = You are in line. Now your camera.
p1-text = Your browser will ask you a question. Please choose <strong>Allow</strong>.
p1-turn-on = Turn on camera and sound
p1-asking = Please choose “Allow” …
p1-without-camera = Go on without camera
p1-nobody-sees = Nobody sees you yet. { $who } sees you only when your visit starts.
p1-picture = Picture of the question that your browser shows. The button Allow is marked.
p1-picture-wants = { $host } wants to
p1-picture-camera = use your camera
p1-picture-microphone = use your microphone
p1-picture-block = Block
p1-picture-allow = Allow
p2-title = Can you see and hear well?
p2-only-you = Only you see this
p2-no-camera = No camera picture
p2-hear-music = Do you hear the music?
p2-hear-ask = Touch the loudspeaker. We play a short sound.
p2-hear-yes = You hear well.
p2-hear-no = Turn your sound up. Take off headphones. Then try again.
p2-play = Play the sound
p2-yes = Yes, I hear it
p2-no = No
p2-say-hello = Please say “hello”
p2-no-microphone = No sound from you
p2-microphone-unknown = The bar moves when you speak.
p2-microphone-works = The bar moves. We hear you.
p2-microphone-silent = We hear nothing. Is the microphone covered or switched off?
p2-microphone-denied = The browser blocks it. You can write in the chat.
p2-microphone-absent = We find none. You can write in the chat.
p2-microphone-busy = Another program uses it.
p2-microphone-skipped = You go on without sound. You can write in the chat.
p2-camera-unknown = The picture comes now.
p2-camera-works = It works. Is your face in the picture?
p2-camera-silent = The picture comes now.
p2-camera-denied = The browser blocks it.
p2-camera-absent = We find none.
p2-camera-busy = Another program uses it.
p2-camera-skipped = You go on without camera.
p2-level-none = Microphone level: nothing
p2-level-good = Microphone level: good
p2-flip = Use the other camera
p2-works = Works
p2-network-running = We are checking your internet
p2-network-running-text = This takes about ten seconds. You need not wait for it.
p2-network-good = Your internet is good
p2-network-good-text = Sound and picture come through well.
p2-network-tcp = Your internet works by a detour
p2-network-tcp-text = Sound and picture come through. They may come a little late.
p2-network-lossy = Your internet loses parts of the call
p2-network-lossy-text = Words may be cut off. Go nearer to your Wi-Fi box. Or switch Wi-Fi off on your phone.
p2-network-slow = Your internet is slow to answer
p2-network-slow-text = Let the other person finish speaking. Go nearer to your Wi-Fi box if you can.
p2-network-narrow = Your internet is weak
p2-network-narrow-text = You will be heard. The picture may be unclear. Stop other videos and downloads at home.
p2-network-blocked = No sound and no picture comes through
p2-network-blocked-text = Your internet does not let video calls pass. Switch Wi-Fi off on your phone, or use another Wi-Fi. Or call the practice.
p2-network-failed = We could not check your internet now
p2-network-failed-text = You can have your call all the same.
p2-network-again = Try again
p2-done = Go to the waiting room
p2-back = Back to the waiting room

# A device does not open
blocked-camera-denied-title = Your camera is blocked.
blocked-camera-denied-text = This is easy to change.
blocked-microphone-denied-title = Your microphone is blocked.
blocked-microphone-denied-text = This is easy to change.
blocked-both-denied-title = Your camera and microphone are blocked.
blocked-both-denied-text = This is easy to change.
blocked-camera-absent-title = We find no camera.
blocked-camera-absent-text = You can go on with sound only.
blocked-microphone-absent-title = We find no microphone.
blocked-microphone-absent-text = You can go on and write in the chat.
blocked-camera-busy-title = Another program uses your camera.
blocked-camera-busy-text = Close the other program. Then try again.
blocked-microphone-busy-title = Another program uses your microphone.
blocked-microphone-busy-text = Close the other program. Then try again.
blocked-without-microphone = Go on without microphone
blocked-without-both = Go on without camera and sound
steps-ios-1 = Touch the <strong>page menu</strong> beside the address.
steps-ios-2 = Touch the <strong>three dots</strong>. Then choose <strong>Website settings</strong>.
steps-ios-3 = Set <strong>Camera</strong> and <strong>Microphone</strong> to <strong>Allow</strong>.
steps-android-1 = Touch the <strong>sign left of the address</strong>.
steps-android-2 = Choose <strong>Permissions</strong>.
steps-android-3 = Set <strong>Camera</strong> and <strong>Microphone</strong> to <strong>Allow</strong>.
steps-computer-chrome-1 = Click the <strong>sign left of the address</strong>.
steps-computer-chrome-2 = Switch <strong>Camera</strong> and <strong>Microphone</strong> on.
steps-computer-chrome-3 = Come back here. Click <strong>Try again</strong>.
steps-computer-firefox-1 = Click the <strong>crossed camera</strong> left of the address.
steps-computer-firefox-2 = Click the <strong>x</strong> beside <strong>Blocked</strong>.
steps-computer-firefox-3 = Come back here. Click <strong>Try again</strong>.
steps-computer-safari-1 = Open the menu <strong>Safari</strong> at the top.
steps-computer-safari-2 = Choose <strong>Settings for this website</strong>.
steps-computer-safari-3 = Set <strong>Camera</strong> and <strong>Microphone</strong> to <strong>Allow</strong>.
steps-system-phone-1 = Open the <strong>settings</strong> of your phone.
steps-system-phone-2 = Look for <strong>your browser</strong> among the apps.
steps-system-phone-3 = Allow camera and microphone. Then come back here.
steps-system-computer-1 = Open the <strong>settings</strong> of your computer.
steps-system-computer-2 = Choose <strong>Privacy</strong>. Then choose <strong>Camera</strong> and <strong>Microphone</strong>.
steps-system-computer-3 = Allow your browser. Then come back here.

# P3: waiting. $place selects the ordinal form, $count is the number.
p3-title = { $who } knows you are here.
p3-text = You need to do nothing. We call you when it is your turn.
p3-title-away = { $who } is away for a moment.
p3-text-away = We keep your place.
p3-closed-inside = The waiting room is closed for others now. You are still seen.
p3-place = Your place
p3-place-is = { $count ->
    [1] Next
   *[other] { $place ->
        [one] { $count }st
        [two] { $count }nd
        [few] { $count }rd
       *[other] { $count }th
    }
}
p3-place-now = { $count ->
    [1] You are next.
   *[other] Your place is now number { $count }.
}
p3-waited = You have waited
p3-minutes = { $minutes } min
p3-lock = You may lock your phone for a short time. We keep your place.
p3-bell = To hear the bell, leave this page open.
p3-check-again = Check camera and sound again
p3-leave = Leave the waiting room
draining-waiting = The server of the practice restarts soon. Please keep this page open.

# On hold
held-title = { $who } comes back to you.
held-text = Your visit is on hold. Please stay here.
held-pill = On hold
held-nobody = Nobody sees or hears you now.
held-leave = Leave the visit

# Not connected
offline-title = You are not connected.
offline-trying = We try again all the time.
offline-trying-place = We try again all the time. The practice keeps your place for a while.
offline-check = Please check your internet.
offline-place-was = At { $time } you were { $count ->
    [1] next
   *[other] { $place ->
        [one] { $count }st
        [two] { $count }nd
        [few] { $count }rd
       *[other] { $count }th
    }
}. We do not know your place now.
offline-place-unknown = We do not know what the practice sees now.
offline-wifi = Is your Wi-Fi on? Or turn on mobile data.
offline-nearer = Go nearer to your Wi-Fi box.
online-again = You are connected again.

# P4: your turn
p4-title = It is your turn.
p4-ready = { $who } is ready for you.
p4-minute = Take your time. { $who } knows that you need a minute.
p4-count = You go in, with camera and sound, in
p4-count-sound = You go in, without camera, in
p4-go-in = Go in now
p4-going-in = Going in …
p4-without-camera = Go in without camera
p4-not-yet = Not yet, I need a minute

# P5: the call
p5-title = Call with { $who }
p5-waiting-for = { $who } is on the way.
p5-other-person = Another person
p5-here = { $name } is here.
p5-gone = { $name } left.
p5-clinician-lost = { $name } lost the connection. Stay here. You keep your place.
p3-back-in-line = You are in line again. You kept your old place.
p5-peer-muted = { $name } is muted.
p5-peer-unmuted = { $name } has sound again.
p5-options = More: camera, sound, full screen
p5-options-title = Camera, sound and screen
p5-no-choice = There is one camera and one microphone.
p5-full-screen = Full screen on or off
p5-sound-blocked = Your browser holds the sound back.
p5-hear-now = Turn the sound on
p5-sound-stopped = Your sound stopped.
p5-sound-back = Bring my sound back
p5-camera-denied = Your browser blocks the camera. You can go on talking.
p5-camera-absent = We find no camera. You can go on talking.
p5-camera-busy = Another program uses your camera. Close it, then touch Camera.
p5-microphone-denied = Your browser blocks the microphone. You can write in the chat.
p5-microphone-absent = We find no microphone. You can write in the chat.
draining-call = The server of the practice restarts soon. Please finish your visit.
reconnecting-title = Connection lost. We try again.
reconnecting-text = Please wait. Keep this page open. Your visit goes on when we are back.
reconnecting-since = Lost since { $time }.

# P6: after
p6-title = Your visit is over.
p6-title-lost = The connection was gone too long. Your visit is over.
p6-text = Nobody recorded it. Nothing was kept. When you close this page, everything is gone.
p6-lasted = { $minutes ->
    [0] Your visit took less than 1 minute.
    [one] Your visit took { $minutes } minute.
   *[other] Your visit took { $minutes } minutes.
}
p6-go-back = Go back into the visit
p6-close = You may close this page now.
p6-visit-over = Whoever you came for has left. So the visit is over for you too.
back-until = You can go back until { $time }. You keep your place.
left-title = You left the waiting room.
left-text = You can come back, or close this page.
left-back = Go back to my place
expired-title = You were away too long.
expired-text = You are not in line now. Please check in again.
removed-title = You are no longer in the waiting room.
removed-text = The practice ended your place at { $time }.

# Nothing to do here
wrong-link-title = We cannot find this waiting room.
wrong-link-text = The link is not complete, or it is too old.
wrong-link-open = Open the link again from your message or e-mail.
wrong-link-call = Or call the practice. They send you a new link.
guest-over-title = This link does not lead to a call any more.
guest-over-text = It has been used already, or the visit is over. Ask the practice for a new one.
outdated-title = This page is too old.
outdated-text = The practice has a new version. Load the page again.
outdated-reload = Load the page again
garbled-title = This page does not understand the server of the practice.
garbled-text = Load the page again. If this comes back, call the practice.
replaced-title = Your place is open in another window.
replaced-text = You can close this page. Or you can go on here.
replaced-here = Go on here
unsupported-title = This browser cannot make a safe call.
unsupported-text = Copy the link. Then open it in { $browser }.
insecure-title = This address is not protected.
insecure-text = Camera and sound work only when the link begins with https.
in-app-title = Please open this page in { $browser }.
in-app-text = You opened the link inside another app. Your camera does not work there.
in-app-1 = Touch <strong>Copy the link</strong> here.
in-app-2 = Open <strong>{ $browser }</strong>.
in-app-3 = Touch the address line. Choose <strong>Paste and go</strong>.
copy-link = Copy the link
copied = Copied
copy-failed = Not copied. Please copy the address line.

# What the server knows
knows-title = What the server knows about you
privacy-link = All that this server keeps
knows-everything = This is everything. It is live.
knows-nothing = The server knows nothing about you now.
knows-live = Read from the memory of the server at { $time }.
knows-what-column = What
knows-value-column = What the server has
knows-until-column = Deleted
knows-details = Technical details
knows-none = nothing
knows-yes = yes
knows-no = no
knows-bytes = { $bytes } bytes. The words are not shown here.
knows-file-mine = From you, { $size }, locked
knows-file-theirs = For you, { $size }, locked
knows-since = since { $time }
knows-until-end = when you leave
knows-until-call = when the call is over
knows-until-forgotten = 20 minutes after the end
knows-until-page = when you close this page
knows-until-at = at { $time }
knows-until-log = The number stays in the log. Your name is not there.
knows-why = Why: { $why }
knows-erase = Delete everything and leave
knows-erase-note = You lose your place. You can check in again.
knows-erase-title = Delete everything and leave?
knows-erase-text = A call ends at once. You lose your place. Files are deleted too.
knows-erase-yes = Yes, delete everything
knows-erase-no = No, go back
knows-erase-busy = Deleting …
knows-back = Back
knows-what-name = Your name
knows-what-guest = You are somebody’s guest
knows-what-guests = People who were invited to be with you
knows-what-guest_links = Invitations that nobody has used
knows-what-name_sealed = Your name is locked
knows-what-state = Your visit
knows-what-position = Your place in line
knows-what-checked_in_at = You checked in at
knows-what-area = Waiting room
knows-what-language = Your language
knows-what-camera = Your camera
knows-what-microphone = Your microphone
knows-what-hears = You hear the test sound
knows-what-network = Your internet, as it was checked
knows-what-echo = Your internet is being checked now
knows-what-set_up_done = Check of camera and sound is done
knows-what-connected = You are connected
knows-what-lost_at = Connection lost since
knows-what-needs_a_minute = You asked for a minute
knows-what-staff = Who called you in
knows-what-went_in_at = Your call began at
knows-what-deadline = Something happens by itself at
knows-what-reason = Message from the practice
knows-what-file = File
knows-what-messages = Messages
knows-what-notes = Locked messages between you and the practice
knows-what-memo = A locked note of the practice about your visit
knows-what-referral = A note from the practice that sent you to this waiting room
knows-what-place = Code of your place
knows-what-source = Code of your internet address
knows-what-check_ins = Check-ins from your address in this minute
knows-what-number = Number of your visit
knows-what-handle = Random name of your visit
knows-what-page = Number of this page
knows-what-outbox = Messages on their way to this page
knows-what-version = Changes of your visit
knows-what-room = Number of your call
knows-what-rooms = Calls of which files are here
knows-what-gate = Sound and picture may pass
knows-what-media = Connection for sound and picture, with your internet address
knows-what-media_session = Mark of that connection
knows-what-media_connected = Sound and picture are connected
knows-what-channel = Way for messages and files is open
knows-what-screen_asked = The practice has asked to see your screen
knows-what-muted = Your microphone is off
knows-what-camera_off = Your camera is off
knows-what-speaking = You speak now
knows-what-tell_to = Where we write to you when it is your turn
knows-what-told = We have written to you that it is your turn
knows-what-layout = Pictures that your page shows
knows-what-seal_hello = Public keys of your page
knows-what-rates = Counters against too many requests
knows-why-who = The practice sees who is waiting.
knows-why-line = It keeps your place in line.
knows-why-help = The practice sees if your devices work.
knows-why-speak = The practice knows which language you read.
knows-why-back = You can come back to your place.
knows-why-call = Sound and picture need it.
knows-why-files = The other person can get it.
knows-why-guard = It protects the server against misuse.
knows-why-talk = Your page and the server need it to talk.
knows-why-turn = You want to know when it is your turn.
knows-why-log = The practice can look for faults in the server.
knows-state-arriving = Checking camera and sound
knows-state-waiting = Waiting
knows-state-away = Away
knows-state-called = Called in
knows-state-in_call = In the call
knows-state-held = On hold
knows-state-ended = Over
knows-state-removed = Taken out of the line
knows-state-expired = Away too long
knows-device-unknown = not checked
knows-device-works = works
knows-device-denied = not allowed
knows-device-absent = not there
knows-device-busy = used by another program
knows-device-silent = nothing is heard
knows-device-skipped = left out
erased-title = Everything is deleted.
erased-text = The server knows nothing about you any more. You can close this page.
knows-address = While this page is open, the server also sees your internet address. It does not write it down.

# What a patient is asked once.
consent-once = You are asked only once. You can change your answer later.
consent-yes = Yes, I agree
consent-no = No
consent-file-title = May files be sent in this visit?
consent-file-text = In both directions. They are encrypted, so the server cannot read them. It deletes each file after 15 minutes at most.
consent-photo-title = May the practice ask you for a photo?
consent-photo-text = You see each photo before it is sent, and decide then.
consent-screen-title = May your screen be shown in this visit?
consent-screen-text = You choose what is shown. The practice sees everything on it, also messages that come up. Close what nobody should see. You can stop at any time.
screen-asked = The practice asks to see your screen.
files-blocked = You have said no to files.
files-allow = Allow files
answers-title = Your answers in this visit
answer-file-yes = Files may be sent.
answer-file-no = No files are sent.
answer-file-to-yes = Allow files
answer-file-to-no = No more files
answer-photo-yes = The practice may ask for photos.
answer-photo-no = No photos.
answer-photo-to-yes = Allow photos
answer-photo-to-no = No more photos
answer-screen-yes = Your screen may be shown.
answer-screen-no = Your screen is not shown.
answer-screen-to-yes = Allow my screen
answer-screen-to-no = No longer allow it

# A photo that staff ask for
photo-file = Photo
photo-look-title = Your camera. Press the button for a photo.
photo-look-text = Nothing is sent yet. Hold still.
photo-look-picture = The picture of your camera
photo-shutter = Take the photo
photo-taking = Taking the photo …
photo-no = No photo
photo-agree-title = Send this photo?
photo-agree-text = Only this photo is sent. It says nothing of place or time. The server deletes it after 15 minutes at most.
photo-agree-picture = The photo that you took
photo-send = Send this photo
photo-again = Take another one
photo-failed-title = The photo did not work.
photo-failed-text = Your camera gave no picture.

# The consent form
form-title = Please read and sign
form-text = Text of the form
form-how = How do you want to sign?
form-draw = Draw my name
form-type = Type my name
form-pad = Draw your name here with mouse, finger or pen
form-name = Your name
form-both = You and the practice each get the signed form. The server keeps no copy.
form-failed = The form could not be sent. Please try again.
form-sign = Sign
form-working = The form is being made …
form-again = Begin again
form-no = I do not sign
form-signed-title = You have signed.
form-signed-text = Please save your copy now. The server has none.
form-step-working = The form is on its way.
form-step-sent = Sent. The practice has yet to confirm.
form-step-kept = The practice has the very same copy.
form-step-failed = It could not be sent. You can try again.
form-unsaved = Your copy is not saved yet. It is lost when you close.
form-save = Save my copy
form-leave = Close without saving
form-file = Consent
form-pdf-page = Signature
form-pdf-name = Name: { $name }
form-pdf-typed = Signed by typing the name
form-pdf-drawn = Signed by drawing
form-pdf-time = Signed at: { $time }
form-pdf-hash = SHA-256 of the form: { $hash }

# The practice's keys
p0-verified-link = Your link is right. Only this practice reads your name.
p0-verified-code = Your code is right. Only this practice reads your name.
p0-not-verified = Encrypted, not verified.
p0-have-code = I have a code
p0-unopened-title = The practice has not opened yet.
p0-unopened-text = Keep this page open. It goes on by itself.
p0-unopened-wait = We look all the time.
code-first-title = One more step, for your safety.
code-first-text = Your link is not complete. Please type the code from the practice.
code-title = Type the code from the practice
code-parts = Your code has 4 parts
code-part = Part { $part } of 4
code-paste = You can paste the whole code into the first box.
code-incomplete = The code needs 4 letters or numbers in each part.
code-other = This code does not fit this practice. Look at it again, or call the practice.
code-go-on = Go on
code-what-for = The code shows that you are with { $who } and nobody listens.
code-none = You have no code?
different-title = We stopped here, for your safety.
different-text = Your link does not belong to the keys of this practice now.
different-old-title = The keys of the practice are out of date.
different-old-text = Is the date of your device right? If so, the practice must open its page once.
different-elsewhere-text = You were sent to another waiting room. We could not check that the practice did this.
different-nothing = Your name was not sent.
different-ask = Call the practice. Ask for a <strong>new link</strong>.
lock-ask-words = To be sure, ask the practice to compare words with you.

# Messages while waiting
note-title = Messages
note-write = Write to the practice
note-answer = Write an answer
note-unverified = You came without the whole link of the practice. So we cannot check who wrote this.
note-came = Message from { $name }: { $text }
note-not-sent = Your message was not sent. Please try again.

# Something to look at while waiting
p3-show-picture = A picture from the practice
p3-show-video = A video from the practice
p3-show-sheet = A sheet from the practice
p3-show-read = Read the sheet from the practice
p3-show-close = Close the sheet
p3-show-failed = It could not be opened. Your place is safe.

# To be written to when it is one's turn
p3-tell = Tell me when it is my turn
p3-tell-text = You can put your phone away for up to one hour. We write to you once.
p3-tell-to-mail = Your e-mail address
p3-tell-to-sms = Your mobile number
p3-tell-to-both = Your e-mail address or mobile number
p3-tell-hint = We use it for this one message, then it is forgotten. The server sees it, and so does who delivers the message.
p3-tell-wrong-mail = Please write your whole e-mail address, such as maria@example.org.
p3-tell-wrong-sms = Please write your whole mobile number, such as +49 170 1234567.
p3-tell-wrong-both = Please write your whole e-mail address or mobile number.
p3-tell-many = Many people ask for this right now. Please try again in a minute.
p3-tell-send = Write to me then
p3-tell-set = We will write to you once.
p3-tell-set-text = You can lock your phone now. Please do not close this page.
p3-tell-off = Do not write to me
