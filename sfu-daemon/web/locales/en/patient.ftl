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
p2-internet-good = Internet is good
p2-internet-good-text = We checked it for you.
p2-internet-slow = Internet is slow
p2-internet-slow-text = Go nearer to your Wi-Fi box if you can.
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
p5-here = { $name } is here.
p5-gone = { $name } left.
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
outdated-title = This page is too old.
outdated-text = The practice has a new version. Load the page again.
outdated-reload = Load the page again
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
knows-everything = This is everything. It is only in memory, never on a disk.
knows-nothing = The server knows nothing about you now.
knows-name = Your name
knows-name-known = As you wrote it
knows-place = Your place
knows-place-is = Number { $count }, for { $minutes } min
knows-place-none = You are in the visit
knows-language = Your language
knows-devices = Camera and microphone
knows-devices-are = { $camera ->
    [works] Camera works
    [skipped] No camera
    [denied] No camera
    [absent] No camera
    [busy] No camera
   *[other] Camera not checked
}, { $microphone ->
    [works] microphone works
    [skipped] no microphone
    [denied] no microphone
    [absent] no microphone
    [busy] no microphone
   *[other] microphone not checked
}
knows-deleted = All of it is deleted when your visit is over.
knows-address = While this page is open, the server also sees your internet address. It does not write it down.

# What a patient is asked once.
consent-once = You are asked only once in this visit.
consent-yes = Yes, I agree
consent-no = No
consent-file-title = May files be sent in this visit?
consent-file-text = In both directions. They are encrypted, so the server cannot read them. It deletes each file after 15 minutes at most.
consent-photo-title = May the practice ask you for a photo?
consent-photo-text = You see each photo before it is sent, and decide then.
consent-screen-title = May your screen be shown in this visit?
consent-screen-text = You choose what is shown, and can stop at any time.
files-blocked = You have said no to files.
files-allow = Allow files
