# What staff read. One idea a sentence, at most 18 words. A patient's name never stands in a title of a tab.

# The frame
staff-skip = Skip to content
staff-areas = Waiting rooms
staff-room = Waiting room
staff-count-waiting = waiting
staff-sign-out = Sign out
staff-min = min
staff-done = Done
staff-change = Change
staff-copy = Copy
staff-try-now = Try now
staff-try-again = Try again
staff-not-now = Not now
staff-one-cookie = We set one cookie for staff. It ends when you sign out.
staff-announced = What this server keeps changes from { $day } on.
staff-announced-see = Everything that it keeps
staff-announced-read = I have read it

# Before there is a waiting room
staff-wait = Opening the waiting room
staff-wait-say = We connect you. This takes a moment.
staff-link-used = This link does not work any more.
staff-link-used-say = Each sign-in link works once, and only for a short time.
staff-new-link = How to get a new link
staff-new-link-say = Ask the person who runs the server. They type this command there:
staff-new-link-once = Open the new link on this device. It works once.
staff-no-answer = The server does not answer.
staff-no-answer-say = Your link is not used yet. Check your internet, then try again.
staff-replaced = You work in another window now.
staff-replaced-say = Only one window at a time shows your waiting room. A call goes on there.
staff-use-here = Use this window
staff-outdated = There is a new version of this page.
staff-outdated-say = Reload the page. Everyone keeps their place.
staff-garbled = This page does not understand your server.
staff-garbled-say = Reload the page. If this comes back, tell the person who runs the server.
staff-unsupported = This browser cannot make a safe call.
staff-unsupported-say = Open this page in a current Chrome, Firefox or Safari.
staff-reload = Reload the page

# Signing in with a password
staff-sign-in = Sign in
staff-sign-in-other = Begin again
staff-continue = Continue
staff-login = Your login
staff-password = Password
staff-password-show = Show the password
staff-no-password = You have no password yet?
staff-new-password-title = Choose your own password
staff-new-password-say = Someone else chose the one that you have. The new one is only yours.
staff-new-password = New password
staff-new-password-hint = At least 8 characters, better 12 or more. Several words in a row are good.
staff-code-title = Now the code from your app
staff-code-say = Open the authenticator app on your phone. Type the six digits that it shows for Anteroom.
staff-code = Code
staff-code-hint = Is your phone lost? Type one of the words that you wrote down.
staff-factor-title = A second lock for your account
staff-factor-say = Scan this picture with an authenticator app on your phone. Then type the six digits that the app shows.
staff-factor-qr = QR code for the authenticator app
staff-factor-by-hand = Or type this into the app:
staff-recovery-title = Write these words down
staff-recovery-say = Each of them works once in place of the code, for example when your phone is lost. You see them only now.
staff-recovery-done = I have written them down
staff-problem-wrong = Login or password is wrong. Try again.
staff-problem-code = This code is wrong, or was used already. Wait for the next one.
staff-problem-too-short = This password is too short.
staff-problem-too-long = This password is too long.
staff-problem-common = This password is easy to guess. Choose another one.
staff-problem-same = That is the old password. Choose a new one.
staff-problem-busy = The server has much to do just now. Try again in a moment.
staff-problem-blocked = { $count ->
    [one] Too many tries. Wait { $count } minute, then try again.
   *[other] Too many tries. Wait { $count } minutes, then try again.
}
staff-account = Your account
staff-account-short = Account
staff-role-admin = Admin
staff-role-provider = Sees patients
staff-role-assistant = Sees the line
staff-account-password = Change the password
staff-account-password-new = Set a password
staff-account-password-out = Your other devices are then signed out.
staff-account-factor = New phone for the codes
staff-account-factor-new = Add codes from a phone
staff-account-export = Save what is kept about you
staff-account-export-say = A file with all that the server keeps about your account, for you or for another program.
staff-passkeys = Passkeys
staff-passkey-sign-in = Sign in with a passkey
staff-passkey-add = Add a passkey
staff-passkey-say = A passkey opens your account with your finger, your face or the PIN of your device. There is nothing to remember, and nothing that somebody could talk you into telling them.
staff-passkey-name = A name for it
staff-passkey-name-hint = So that you know it again in the list, for example “My phone”.
staff-passkey-made = added: { $time }
staff-passkey-remove = Remove
staff-passkey-remove-title = Remove the passkey “{ $name }”?
staff-passkey-remove-say = It then no longer opens your account.
staff-problem-passkey = This passkey did not work. Try again, or sign in another way.
staff-problem-passkey-none = No passkey was used. If you have none yet, sign in another way and add one under “Account”.
staff-problem-passkey-not-made = No passkey was made. You can try again at any time.
staff-problem-passkey-unknown = This passkey is not known here, or not any more. Sign in another way and add a new one under “Account”.
staff-problem-passkey-late = That took too long. Please try again.
staff-problem-passkey-copied = Somebody may have a copy of this passkey. Sign in another way, remove the passkey under “Account”, and tell the person who runs the server.
staff-problem-passkey-address = Passkeys do not work at this address. They need the practice’s own address with a name, such as https://video.practice.example.
staff-problem-passkey-full = You have as many passkeys as an account can have. Remove one first.
staff-problem-passkey-known = There is a passkey for your account on this device already.
staff-problem-passkey-stale = It must be certain that it is you: sign out, sign in again, and come back here within ten minutes.
staff-problem-passkey-unsupported = This browser or this device cannot do that. Try it with another one.
staff-provider-sign-in = Sign in with { $name }
staff-provider-title = Sign in with { $name }
staff-provider-link = Link with { $name }
staff-provider-say = You sign in there once now. After that, you can sign in here in the same way. Of what { $name } says, only who you are there is kept.
staff-provider-linked = You can sign in with { $name }.
staff-provider-unlink = End the link
staff-provider-unlink-title = Sign in with { $name } no more?
staff-provider-unlink-say = Make sure that you have another way to sign in.
staff-problem-provider-tell = Sign in another way, and tell the person who runs the server.
staff-problem-provider = { $why ->
    [none] This way to sign in is no longer offered here.
    [denied] You were not signed in with { $name }. You can try again, or sign in another way.
    [silent] { $name } does not answer just now. Try again in a moment, or sign in another way.
    [browser] This sign-in was begun in another window, or too long ago. Please begin again here.
    [replayed] This sign-in was used already. Please begin again.
    [stranger] No account here is linked with your sign-in there. Sign in another way first, and then link the two under “Account”.
    [admin] Admins sign in with a passkey, or with a password and a code. { $name } does not prove a second factor here yet.
    [taken] Your sign-in there is linked with another account here already.
    [unlisted] { $name } refers to an address that is not in this server’s list.
    [refused] { $name } does not accept this server.
    [malformed] The answer of { $name } is not whole.
    [algorithm] The answer of { $name } is signed in a way that is not accepted here.
    [signature] The answer of { $name } is not signed by { $name }.
    [issuer] The answer does not come from { $name }, but from somebody else.
    [audience] The answer of { $name } is meant for another program.
    [time] The answer of { $name } is out of date. Maybe a clock is wrong.
    [nonce] The answer of { $name } belongs to another question.
    [manner] You did not sign in with { $name } in the way that is required here.
   *[garbled] The answer of { $name } cannot be understood.
}
staff-sessions = Where you are signed in
staff-session-own = this device
staff-session-used = last used: { $time }
staff-session-by-link = Opened by a link
staff-session-by-password = Opened with a password
staff-session-by-passkey = Opened with a passkey
staff-session-by-provider = Opened with the practice’s sign-in service
staff-sessions-out = Sign out everywhere
staff-to-sign-in = Sign in with a password

# First run
staff-steps = Steps
staff-step-name = Your name
staff-step-link = Your link
staff-setup-title = Who do your patients meet here?
staff-setup-name = Your name
staff-setup-name-hint = As patients know you, for example Dr. Lena Hoffmann.
staff-setup-practice = Your practice
staff-setup-practice-hint = For example Lindenhof practice.
staff-setup-phone = Phone number for help
staff-setup-phone-hint = Patients see it on every screen. They call when something does not work.
staff-setup-save = Save and show my link
staff-link-title = Your waiting room is ready.
staff-link-this = This is your link
staff-link-say = Give it to all your patients. It stays the same.
staff-link-unknown = Your link is not loaded yet.
staff-link-phone = On the phone?
staff-link-phone-say = Tell the patient this address:
staff-as-patient = See it as a patient
staff-open-room = Open my waiting room

# The link
staff-aside = My link and my devices
staff-my-link = My link
staff-copy-my-link = Copy my link
staff-qr = QR code
staff-qr-alt = QR code of your link
staff-sms = Text message
staff-mail = E-mail
staff-own-device = Sent from your own device. The server learns no address.
staff-edit-area = Change name or phone number
staff-invite = Invite a patient
staff-invite-say = This link always stays the same. All your patients may have it.
staff-invite-instead = Make a link for one visit instead
staff-invite-reads = The patient’s language
staff-invite-at = Day and time
staff-invite-at-hint = If you like. A calendar entry needs it.
staff-invite-text = Read the text
staff-invite-calendar = Calendar entry
staff-invite-copy = Copy the link
staff-invite-copy-text = Copy the text
staff-invite-qr-alt = QR code of the invitation
staff-invite-print = Print
staff-invite-agreed = The patient agreed to be texted
staff-invite-agreed-hint = Ask first. Text messages can be read on the way.
staff-invite-file = Video consultation.ics

# The waiting room
staff-waiting = { $count ->
    [0] Nobody is waiting
    [one] { $count } person is waiting
   *[other] { $count } people are waiting
}
staff-live = Connected. This list is live.
staff-lost = Connection lost. We try again.
staff-lost-since = Lost since { $time }. This list may be old. Patients keep their place.
staff-strip-lost = Not connected
staff-draining = The server stops at { $time } at the latest. Calls go on until then. Nobody new can check in.
staff-held-banner = { $name } is on hold. Nobody sees or hears you.
staff-presence = What patients see
staff-presence-open = Open
staff-presence-busy = Busy
staff-presence-away = Away
staff-presence-closed = Closed
staff-patients-read = Patients read: “{ $text }”
staff-presence-title-away = What do patients read while you are away?
staff-presence-title-closed = What do patients read while you are closed?
staff-presence-words = Text for patients
staff-presence-default = If you leave it empty, patients read: “{ $text }”
staff-presence-save = Show this
staff-closed-say = Nobody new can check in. You can still see everyone who waits.
staff-text-away = The doctor is away for a short time.
staff-text-closed = The waiting room is closed now.
staff-empty-open = Your door is open.
staff-empty-say = Send your link. When someone checks in, you hear a bell and see the name here.
staff-empty-closed = Your door is closed.
staff-empty-closed-say = Nobody can check in. Choose Open when you are ready.
staff-section-in-call = In a call, { $count }
staff-section-held = On hold, { $count }
staff-section-line = Waiting, { $count }
staff-start = Start
staff-assistant-say = You see who waits, and can write notes. Colleagues start the visits.
staff-start-with = Start with { $name }
staff-cancel-call = Cancel
staff-to-call = To the call
staff-resume = Resume
staff-hold = Hold
staff-more = More for { $name }
staff-hand-over = Hand over to a colleague
staff-remove = Take out of the line
staff-waited = { $count ->
    [0] Waiting less than 1 minute
    [one] Waiting { $count } minute
   *[other] Waiting { $count } minutes
}

# The worst fact about one visit
staff-fact-setting-up = Setting up
staff-tell-turn = Tell them
staff-told-turn = Told that it is their turn
staff-fact-place-kept = Place kept until { $time }
staff-fact-lost = Connection lost
staff-fact-called = Called, { $seconds } s
staff-fact-minute = Needs a minute
staff-fact-with-other = With { $clinician }
staff-fact-in-call = In a call with you
staff-fact-held = On hold
staff-fact-mic-blocked = Microphone blocked
staff-fact-no-mic = No microphone
staff-fact-mic-silent = No sound from microphone
staff-fact-cam-blocked = Camera blocked
staff-fact-no-camera = No camera
staff-fact-ready = Ready
staff-fact-works = Camera and sound work
staff-fact-tested = Camera, microphone and connection tested
staff-fact-hears-nothing = Hears no sound
staff-network-unknown = Connection not tested
staff-network-good = Connection tested
staff-network-tcp = Connection works by a detour (TCP)
staff-network-lossy = Connection weak: { $loss } % loss
staff-network-slow = Connection slow: { $delay } ms
staff-network-narrow = Connection weak: { $rate } kbit/s
staff-network-blocked = No sound or picture gets through
staff-fact-gone = Has left
staff-camera-works = Camera works
staff-camera-unknown = Camera not tested
staff-sound-works = Sound works
staff-sound-unknown = Sound not tested

# News, one line
staff-news-arrived = { $name } has checked in.
staff-news-left = { $name } has left the line.
staff-news-lost = { $name } lost the connection. We keep the place.
staff-news-back = { $name } is back.
staff-news-minute = { $name } needs a minute.
staff-news-offline = You are not connected. Try again when the list is live.
staff-news-saved = Saved.
staff-news-not-copied = This browser does not copy. Mark the text and copy it by hand.
staff-news-copied = Copied.
staff-refused = That did not work. Try again.
staff-refused-late = That came too late. The list shows how it is now.
staff-refused-not-allowed = You may not do that.
staff-refused-area = That waiting room takes nobody now.
staff-refused-room-full = Nine people are in this call already. There is no room for more.
staff-refused-too-many = That was too fast. Wait a moment, then try again.
staff-refused-draining = The server stops soon. Nothing new can start.
staff-refused-text = The text is too long or empty. Change it and try again.

# The bell and the own devices
staff-arrives = When someone arrives
staff-bell = Bell
staff-bell-hint = Silent while you are in a call
staff-bell-locked = The browser keeps the bell silent until you press something on this page.
staff-test-bell = Test the bell
staff-own-devices = Your camera and sound
staff-own-devices-new = Test them once before your first visit.
staff-own-devices-work = Both work. They are off until you start.
staff-own-devices-look = Something is missing. Look at it before you start.
staff-own-computer = Camera, sound and internet
staff-check-devices = Check this computer
staff-device-works = Works
staff-device-asking = Allow it when the browser asks, then say something.
staff-device-denied = The browser blocks it.
staff-device-absent = We find none.
staff-device-busy = Another program uses it. Close it.
staff-device-silent = We hear nothing. Is it covered or switched off?
staff-own-network-running = We are trying the internet of this computer
staff-own-network-running-say = This takes up to half a minute.
staff-own-network-good = The internet is good enough for video visits
staff-own-network-tcp = The internet works by a detour (TCP)
staff-own-network-tcp-say = This network blocks the direct way (UDP). Calls work, but they may come late. Ask who looks after your network to allow UDP to this server.
staff-own-network-lossy = The internet loses parts of the call
staff-own-network-lossy-say = Words may be cut off. Use a cable, or go nearer to your Wi-Fi box.
staff-own-network-slow = The internet is slow to answer
staff-own-network-slow-say = You may talk into each other’s words. Use a cable, and stop other videos and downloads.
staff-own-network-narrow = The internet is too weak for a practice
staff-own-network-narrow-say = A practice should have { $needed } kbit/s in both directions. Pictures may be unclear. Use a cable, and stop other videos and downloads.
staff-own-network-blocked = No sound and no picture comes through
staff-own-network-blocked-say = This network lets no calls pass. Ask who looks after it to allow UDP and TCP to this server.
staff-own-network-failed = We could not try the internet now
staff-own-network-failed-say = Calls may work all the same. Try again in a minute.
staff-network-carries = Measured: { $rate } kbit/s in both directions, { $loss } % lost, { $delay } ms there and back.
staff-network-carries-more = Measured: more than { $needed } kbit/s in both directions, { $loss } % lost, { $delay } ms there and back.
staff-level-none = Level: quiet
staff-level-good = Level: good
staff-blocked-help = Press the sign beside the address, allow camera and microphone, then try again.

# May I start?
staff-confirm = Start with { $name }?
staff-patients-devices = The patient's devices
staff-confirm-unfinished = The test of camera and sound is not finished. You can start all the same.
staff-confirm-lost = The patient is not connected now. The call waits for the patient.
staff-my-camera = My camera on
staff-enter-starts = starts,
staff-esc-back = goes back
staff-confirm-gone = This cannot start now.
staff-confirm-gone-say = The patient has left, or a colleague was faster.
staff-remove-title = Take { $name } out of the line?
staff-remove-say = The place is lost. The patient can check in again.
staff-remove-reason = Reason for the patient
staff-remove-hint = You can leave this empty.
staff-hand-over-title = Who takes over { $name }?
staff-hand-over-say = The place is kept. No new check-in is needed.

# The call
staff-call-with = Call with { $name }
staff-in-call-title = In a call
staff-silent = Silent
staff-tools = Tools
staff-end = End
staff-full-screen = Full screen
staff-keys = Keys
staff-to-room = To the waiting room
staff-note-held = { $name } is on hold. You do not see or hear each other.
staff-note-connecting = Your camera and sound are connecting.
staff-veil-say = Keep this page open. { $name } sees that the connection is gone.
staff-note-other-connecting = { $name } is coming in.
staff-note-other-lost = { $name } lost the connection. We keep the place.
staff-note-sound-blocked = The browser holds the sound back.
staff-sound-on = Turn sound on
staff-note-no-mic = { $name } cannot hear you. Your microphone is missing or blocked.
staff-chat-gone = Only in this window. It is gone when you close it.
staff-save-chat = Save
staff-chat-file = chat.txt

# Several in a call
staff-people = People in this call
staff-person-waits = waits
staff-add = Add to this call
staff-let-in = Let in
staff-let-go = Let go
staff-join = Join
staff-leave = Leave
staff-not-let-in = This window has not let { $name } in. You do not see or hear each other.
staff-guest-invite = Invite somebody
staff-guest-title = Invite somebody to { $name }
staff-guest-say = Send this link to one person, such as an interpreter or a relative. It works once, and only during this visit. Whoever opens it waits here until you let them in.
staff-guest-none = This computer has no link for patients yet. Accept it first.
staff-guest-of = Guest of { $name }
staff-guest-waits = { $name } was invited and waits.

# Devices of the practice
staff-devices = Devices in this visit
staff-device-add = Add a device
staff-device-say = A device of the practice joins as a picture of its own: an ultrasound, a camera, or a program such as OBS.
staff-device-name = What is it?
staff-device-hint = Both of you see this name, for example: Ultrasound.
staff-device-ready = The device can come in now
staff-device-enter = Enter the address and the token in the device. In OBS: Settings, Stream, service WHIP.
staff-device-publish = Address to send a picture
staff-device-token = Token
staff-device-play = Address to only watch
staff-device-once = You see the token only now. It works until the visit is over.
staff-device-in-use = is connected
staff-device-waits = is not connected yet
staff-device-remove = Remove

# The end
staff-end-title = What next for { $name }?
staff-end-visit = End the visit
staff-end-visit-say = The patient can come back for a short time.
staff-end-hold = Back to the waiting room
staff-end-hold-say = The place is kept. You do not see or hear each other.
staff-end-stay = Stay in the call
staff-ended = Visit ended
staff-ended-lasted = { $count ->
    [0] Visit ended, less than 1 minute
    [one] Visit ended, { $count } minute
   *[other] Visit ended, { $count } minutes
}
staff-ended-patient-left = { $name } left the call.
staff-ended-lost = The connection to { $name } was gone for too long.
staff-ended-stopped = The server has stopped.
staff-next = Next: { $name }
staff-kept = What the server keeps
staff-kept-say = Nothing of what was said, shown or written. The name is deleted.
staff-return = Ended by mistake?
staff-return-say = { $name } can come back for a short time and keeps the place.

# Keys
staff-keys-on = Single letters work as commands
staff-key-n = <strong>N</strong> next patient
staff-key-arrows = <strong>↑ ↓</strong> move in the list
staff-key-m = <strong>M</strong> mute
staff-key-v = <strong>V</strong> camera
staff-key-c = <strong>C</strong> chat
staff-key-h = <strong>H</strong> hold or resume
staff-key-e = <strong>E</strong> what next
staff-key-help = <strong>?</strong> this list

# Files.
staff-files-agreed = { $name } agrees to files in this visit.
staff-files-declined = { $name } does not want files in this visit.

# A photo that staff ask for
staff-show-ask = Ask to see the screen
staff-show-asked = { $name } was asked to show the screen.
staff-show-declined = { $name } does not want to show the screen.
staff-show-shown = { $name } shows the screen now.
staff-show-impossible = { $name }’s device cannot show its screen.
staff-show-failed = { $name } could not be asked. Please try again.
staff-photo-ask = Ask for a photo
staff-photo-asked = { $name } was asked for a photo.
staff-photo-looking = { $name } is taking a photo.
staff-photo-declined = { $name } does not want to send a photo.
staff-photo-allowed = { $name } now allows photos. You can ask again.
staff-photo-sent = { $name } has sent a photo. It is in the chat.
staff-photo-failed = The photo did not work at { $name }.
staff-screen-agreed = { $name } agreed to show the screen.
staff-screen-declined = { $name } does not want to show the screen.

# The consent form
staff-form = Consent form
staff-form-template = Show the template in the language of the patient
staff-form-own = Show a form of your own (PDF or text)
staff-form-limit = A PDF may have { $size } and { $pages } pages, a text { $chars } characters.
staff-form-show = Show the text
staff-form-sending = The form is on its way to { $name }.
staff-form-asked = { $name } is reading the form.
staff-form-lost = The page of { $name } was loaded again and does not show the form any more.
staff-form-again = Show the form again
staff-form-declined = { $name } does not want to sign.
staff-form-unread = The form cannot be shown at { $name }. Print it to a new PDF, or use a text.
staff-form-signed = { $name } has signed. Please save your copy: the server has none.
staff-form-failed = The form did not arrive. Show it again.
staff-form-save = Save the signed form
staff-form-unsaved = It is not saved yet.
staff-form-done = Done
staff-form-title = Consent to a video visit
staff-form-file = Consent
staff-form-not-no_text = This file is neither a PDF nor a text, or the text is too long.
staff-form-not-too_large = This file is too large.
staff-form-not-no_pdf = This file is called a PDF, but it is none.
staff-form-not-locked = This PDF is locked by a password. Save it without one.
staff-form-not-broken = This PDF is damaged. Print it to a new PDF, and choose that one.
staff-form-not-active = This PDF can do something by itself. Print it to a new PDF, and choose that one.
staff-form-not-hidden = There are other files in this PDF. Print it to a new PDF, and choose that one.
staff-form-not-pictures = The page cannot show the pictures in this PDF. Print it to a new PDF, and choose that one.
staff-form-not-pages = This PDF has too many pages.

# Keys of the practice
staff-link-code = If a link arrives incomplete, patients type this code:
staff-link-later = You see the link when this computer is accepted.
staff-name-unread = Name cannot be read on this computer
staff-name-unread-say = Another computer of the practice may read it. Or ask the patient to check in again.
staff-name-old = Written on another day
staff-stranger = This computer cannot read names yet.
staff-stranger-say = Someone who uses a computer of the practice accepts it there. Compare this code with each other first:
staff-stranger-compare = Read it side by side, or on the phone.
staff-keys-lost = No other computer is left
staff-wrong-keys = The server shows other keys than this computer knows.
staff-wrong-keys-say = Start no visit. Has your practice made new keys? Then compare again. If not, ask the person who runs the server.
staff-compare-anew = We have new keys, compare again
staff-offer = Another computer wants to take part:
staff-offer-compare = Does it show the same code?
staff-offer-same = It is the same
staff-offer-else = If not, or if nobody asked you, do nothing.
staff-offer-gone = It does not ask any more
staff-accept = What is this computer for?
staff-accept-name = Who works at it?
staff-accept-hint = Patients see this name in the call.
staff-accept-part = What may it do?
staff-accept-do = Accept
staff-part-assistant = Assistant
staff-part-assistant-say = reads names, makes no calls
staff-part-clinician = Doctor
staff-part-clinician-say = reads names and makes calls
staff-part-holder = Key holder
staff-part-holder-say = also accepts and removes computers
staff-browsers = Computers of the practice
staff-browsers-count = { $count ->
    [one] { $count } computer reads the names.
   *[other] { $count } computers read the names.
}
staff-browsers-show = Show the computers
staff-browsers-say = Only these can read the names of patients. The server cannot.
staff-browsers-add = To add one, sign in with it. It shows a code that you compare here.
staff-browser-own = this computer
staff-browser-unnamed = Without a name
staff-revoke = Remove { $name }?
staff-revoke-say = From now on it reads no new names and makes no calls. Your link stays the same.
staff-paper = A sheet for the safe
staff-paper-hint = Keep a copy of your key.
staff-paper-hint-say = If this computer breaks, you need it to keep your link.
staff-paper-show = Show the sheet
staff-paper-later = Not now
staff-paper-what = This is the key of your waiting room:
staff-paper-how = If all computers are lost: sign in with a new one, choose “No other computer is left”, and type it.
staff-paper-code = Code of your link: { $code }
staff-paper-safe = Who has this sheet can pass for your practice. Lock it away.
staff-paper-print = Print
staff-restore = Type the key from the sheet
staff-restore-hint = 52 letters and numbers. Your link stays the same. All other computers must be accepted again.
staff-restore-wrong = This is not the key of this waiting room. Look at each letter.
staff-restore-do = Use this key
staff-anew = We have no sheet either
staff-anew-say = You can make new keys. Then old links stop patients, and you must send everybody a new link.
staff-anew-do = Make new keys
staff-words = Compare words
staff-words-say = To be sure of each other, read four words aloud.
staff-policy = How calls are protected
staff-policy-require = Encrypted.
staff-policy-require-say = Recommended. Every link works.
staff-policy-insist = Encrypted, and only with the whole link or the code.
staff-policy-insist-say = Safest. Patients with an old link must type the code.
staff-policy-prefer = Encrypted, but devices are allowed.
staff-policy-prefer-say = For an ultrasound or a second camera. The server can see what such a device sends.
staff-prefer-title = Allow devices that do not encrypt?
staff-prefer-server = The server, and whoever runs it, can see and hear what such a device sends.
staff-prefer-people = What people say and show stays encrypted.
staff-prefer-lock = While a device is in a call, the lock is open for everybody. Patients without a whole link do not see the device.
staff-prefer-allow = Allow devices
staff-device-none-holder = Devices are not allowed here, because they do not encrypt. You can change that.
staff-device-none = Devices are not allowed here, because they do not encrypt. Whoever has the key of the practice can change that.

# A note for colleagues on a card
staff-memo-write = Write a note
staff-memo-change = Change the note
staff-memo-title = A note about { $name }
staff-memo-label = Note for your colleagues
staff-memo-hint = At most { $chars } characters.
staff-memo-say = Everybody who works in this waiting room can read it, and sees who wrote it. { $name } and the server cannot. It is gone when the visit is over.
staff-memo-save = Save the note
staff-memo-delete = Delete the note
staff-memo-unread = There is a note that this browser cannot read.
staff-memo-by = { $name }, { $time }
staff-memo-stays = Your note stays here, and is deleted.
staff-memo-not-written = The note could not be written. Open the page anew.

# Who may come in, and when
staff-rules = Who may come in
staff-rules-change = Hours and check-in
staff-rules-save = Save
staff-rules-back = Back to the waiting room
staff-rules-no-hours = No opening hours.
staff-rules-hours = Opens and closes by your hours.
staff-rules-anyone = Everybody with your link may check in.
staff-rules-passcode = Patients need the passcode:
staff-rules-invited = Patients need a link for one visit.
staff-hours = Opening hours
staff-hours-on = Open and close by these hours
staff-hours-on-hint = People who are inside stay in line after closing time.
staff-hours-from = { $day }, time { $which }, from
staff-hours-to = { $day }, time { $which }, until
staff-hours-until = until
staff-hours-empty = Leave both times empty where you are closed. 0:00 as an end is midnight.
staff-hours-zone = Time zone
staff-hours-text = Text for patients when closed
staff-hours-text-hint = Such as whom to call in an emergency. Patients also see when you open again.
staff-out-of-hours = Closed by your opening hours.
staff-out-of-hours-until = Closed by your opening hours until { $day }, { $time }.
staff-entry = Check-in
staff-entry-anyone = Everybody with your link
staff-entry-anyone-say = The usual way.
staff-entry-passcode = Passcode
staff-entry-passcode-say = Patients type a word that you have told them. A link for one visit works without it.
staff-entry-invited = Only with a link for one visit
staff-entry-invited-say = Your own link then lets nobody in.
staff-passcode = Passcode
staff-passcode-hint = At least { $chars } letters and digits. It keeps strangers out. Change it now and then.
staff-waiting-max = How many may be inside
staff-waiting-max-hint = Empty: up to { $max }. Who comes later reads that the room is full.
staff-visit-link = Link for one visit
staff-visit-link-say = One person checks in with it once. How long does it last?
staff-visit-link-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
staff-visit-link-made = Send this link to one patient.
staff-visit-link-until = It works until { $day }, { $time }.
staff-visit-link-once = It is shown once. Nobody can look it up later.
staff-held-back = Many check-ins come from one internet connection.
staff-held-back-say = Some people have to wait a minute. Everybody else comes in as always.

# When nobody looks
staff-notes = Note on this computer
staff-notes-hint = Says “Someone is waiting”. Never a name.
staff-notes-blocked = The browser blocks notes of this page. Allow them in its settings.
staff-note = Someone is waiting.
staff-snooze = No reminder for 10 minutes
staff-snooze-end = Remind me again
staff-snoozed = No reminder until { $time }

# Messages between desk and line
staff-line-new = { $count ->
    [one] 1 new message
   *[other] { $count } new messages
}
staff-line-count = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
staff-line-write = Write a message
staff-line-title = Messages with { $name }
staff-line-say = { $name } reads this while waiting. It is encrypted, and deleted with the visit.
staff-line-unread = A message that this browser cannot read
staff-line-came = New message from { $name }

# How it looks to patients
staff-look = How it looks to patients
staff-look-change = Logo, colour and welcome
staff-look-words = Colour and welcome
staff-look-colour = A colour of your own
staff-look-colour-hint = For the wall and the main buttons. The text on it is white.
staff-look-pick = Colour
staff-look-readable = The text is easy to read: { $ratio } to 1.
staff-look-pale = White text on it is hard to read: { $ratio } to 1. It needs { $least } to 1. Please take a darker colour.
staff-look-welcome = Welcome
staff-look-welcome-hint = Patients read it when they come in. A line that begins with # is a heading, with - a list. **Two stars** make it bold.
staff-look-logo = Logo
staff-look-logo-hint = PNG, JPEG or WebP, up to 256 KB.
staff-look-logo-alt = Your logo
staff-look-show = For those who wait
staff-look-show-hint = A picture (up to 2 MB), a video (MP4 or WebM, up to 16 MB) or a PDF (up to 5 MB). It comes from this server only.
staff-look-show-alt = What patients see while they wait
staff-look-pdf = A PDF is set.
staff-look-choose = Choose a file
staff-look-busy = Sending…
staff-look-remove = Remove
staff-look-saved = Saved. Patients see it now.
staff-look-kind = This kind of file cannot be used here.
staff-look-large = The file is too large. It may have up to { $size }.
staff-look-pixels = The picture has too many pixels, or is broken.
staff-look-full = All waiting rooms together have too many files. Please remove one.
staff-look-failed = It was not saved. Please try again.
staff-look-text = The welcome is too long.
staff-look-not-colour = The colour cannot be used.

# When no page is open
staff-reach = Tell me elsewhere
staff-reach-say = When someone is waiting and you are not in a call, you get an e-mail. It says only that, and never a name.
staff-reach-address = Your e-mail address
staff-reach-set = Send me e-mails
staff-reach-end = No more e-mails
staff-reach-kept = Your address is kept with your account, sealed. It is deleted when you stop the e-mails.
staff-reach-sent = We have just sent you an e-mail. If it does not arrive, look in the spam folder.
staff-reach-later = Saved. The mail server did not take the first e-mail at once. It may come later.
staff-reach-off = You get no more e-mails.
staff-reach-refused = The mail server does not take this address. Please check it.
staff-reach-busy = That did not work. Please try again in a minute.
staff-reach-offline = There is no connection. Please try again.
staff-push = Tell this browser
staff-push-hint = Shows “Someone is waiting”, also when this page is closed. The browser’s maker learns that something was sent, and not what.
staff-push-cannot = This browser cannot do that here.
staff-push-failed = The browser’s push service did not answer. Please try again later.
staff-mail-off = No more e-mails?
staff-mail-off-say = You then get no more e-mails that someone is waiting. You can turn them on again in your waiting room.
staff-mail-is-off = You get no more e-mails
staff-mail-is-off-say = You can close this page.
staff-mail-off-failed = That did not work
staff-mail-off-failed-say = The link may be old, or the e-mails are off already. You can also turn them off in your waiting room, under “Tell me elsewhere”.

# The server sends an invitation
staff-invite-server = Let the server send it
staff-invite-server-say = Then your practice’s server reads the address and the link, and forgets the address as soon as it is sent. Whoever controls the server could put another key into the link. The ways above do not have this risk.
staff-invite-to-mail = E-mail address of the patient
staff-invite-to-sms = Mobile number of the patient
staff-invite-by-mail = Send by e-mail
staff-invite-by-sms = Send as a text message
staff-invite-sending = Sending …
staff-invite-first-agreed = First say above that the patient agrees to text messages.
staff-invite-sent = Sent. The address is forgotten.
staff-invite-failed = It could not be sent. The address is forgotten. Please use one of the ways above.
staff-invite-unfit = This address does not work. Please check it.
staff-invite-many = That was a lot in one minute. Please wait a moment.
