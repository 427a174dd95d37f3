# Words that both roles use.

app-name = Anteroom
language = Language
close = Close
cancel = Cancel
call-phone = Call { $phone }
help = Help
you = You

# Devices
microphone = Microphone
camera = Camera
speaker = Loudspeaker
blur = Blur what is behind me
blur-hint = Your own device does it. Nobody sees your room clearly.

# The call bar. The label says the state; the name for screen readers adds what a touch does.
bar-call = Call
bar-mute = Mute
bar-muted = Muted
bar-muted-hint = . Turn your sound on
bar-camera = Camera
bar-camera-hint = { " " }is on. Turn it off
bar-camera-off = Camera off
bar-camera-off-hint = . Turn it on
bar-chat = Chat
bar-new = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
bar-leave = Leave
call-time = Call time

# Chat
chat-title = Chat
chat-log = Messages
chat-write = Write a message
chat-send = Send
chat-close = Close the chat
chat-empty = There are no messages yet.
chat-not-sent = Not sent. You are not connected.
chat-alone = Nobody can read messages yet. Please wait a moment.
chat-by = { $name }, { $time }

# Live text: letter by letter
live-button = Live text
live-title = Live text
live-by = { $name }:
live-write = Write: others see each letter at once
live-close = Close live text
live-answer = Write live text too
live-begun = { $name } writes live text.

# Sign language: movement before sharpness
sign-button = Sign language
sign-is-on = Sign language is on
sign-mark = Sign language
sign-text = Movement before sharpness, for both sides: signs stay fluent on a slow connection.
sign-on-by = { $name } has switched on the mode for sign language.
sign-off-by = { $name } has switched off the mode for sign language.

# Files.
files-title = Files
files-send = Send a file
files-turned-away = { $count ->
    [one] One file was too many at once. Please send it later.
   *[other] { $count } files were too many at once. Please send them later.
  }
file-nameless = File
file-coming-soon = A file is coming
file-locked = Waiting for its key.
file-waiting = { $size }. Waits for its turn.
file-preparing = { $size }. Being prepared.
file-offering = { $size }. About to be sent.
file-sending = { $size }. { $percent } % sent.
file-stored = { $size }. Sent. { $name } does not have it yet.
file-delivered = { $size }. { $name } has it.
file-offered = { $size }. From { $name }.
file-coming = { $size }. { $percent } % received.
file-checking = { $size }. Being checked.
file-here = { $size }. From { $name }. Save it if you want to keep it.
file-deletes = The server deletes it in { $time }.
file-deleted = The server has deleted it.
file-why-sent = { $name } has it. The server kept nothing.
file-why-taken_back-by-you = You took it back.
file-why-taken_back-by-them = { $name } took it back.
file-why-declined-by-you = You did not want it.
file-why-declined-by-them = { $name } did not want it.
file-why-deleted = Its time is over. The server has deleted it.
file-why-changed = It did not arrive as it was sent. It is not shown. Please ask for it again.
file-why-unreadable = Your device could not read it.
file-why-too_large = It is too large.
file-why-full = There is no room for more files now. Please try again in some minutes.
file-why-visit_over = The visit is over.
file-why-failed = That did not work. Please send it again.
file-danger-runs = Careful: this file can start a program. Open it only if you expect it.
file-danger-disguised = Careful: this file is not what its name says.
file-save = Save
file-take = Receive
file-decline = No, thanks
file-cancel = Cancel
file-take-back = Take back
receipts-save = Save the proof of deletion
receipts-file = receipts.jsonl

# Tiles
tile-of = Video of { $name }
tile-muted = { $name }, muted
tile-camera-off = { $name } turned the camera off.
tile-coming = { $name } is on the way.
tile-self = Your own camera picture
tile-self-off = Your camera is off
tile-speaks = { $name } speaks
tile-screen = Screen of { $name }
tile-people = People in the call

# Sharing a screen
share-begin = Share screen
share-stop = Stop sharing
share-own = You are sharing your screen.
share-theirs = { $name } shows a screen.
share-failed = Your screen could not be shared.

# Sharpness of the truth
lock-short-waiting = Keys …
lock-short-clear = Not encrypted
lock-long-waiting = Keys are being exchanged
lock-long-clear = Not encrypted from end to end
lock-title = Is this call safe?
lock-text-1 = Sound and picture are encrypted from your device to theirs.
lock-text-2 = The server of the practice passes them on. It does not get the keys.
lock-text-4 = Messages and files are encrypted in the same way. The server records nothing.
lock-text-waiting = Both devices exchange their keys. Until then they send no sound and no picture.
lock-text-clear = A device is in the call. What it sends, the server could see and hear.
lock-short-link = Verified
lock-short-code = Verified
lock-short-referral = Verified
lock-short-words = Verified
lock-short-name = Encrypted
lock-short-unverified = Not verified
lock-long-link = Encrypted, verified by your link
lock-long-code = Encrypted, verified by code
lock-long-referral = Encrypted, verified by your practice
lock-long-words = Encrypted, verified by words
lock-long-name = Encrypted from end to end
lock-long-unverified = Encrypted, not verified
lock-text-link = Your link carries the key of the practice. Only this practice sees and hears you.
lock-text-code = You typed the code of the practice. Only this practice sees and hears you.
lock-text-referral = The practice that you know has sent you here, and vouches for this one.
lock-text-words = You compared the words with each other. Nobody is in between.
lock-text-name = Only the device that wrote this name sees and hears you. Who it is, you know by the face.
lock-text-unverified = Nobody has verified the keys yet. The server could have exchanged them.
tile-keyless = Sees and hears nothing
tile-clear = Not shown: not encrypted

# Words that both read to each other
words-title = Compare four words
words-wait = The words come in a moment.
words-read = Read these words to each other, you and { $name }:
words-ask = Are all four the same?
words-same = They are the same
words-other = They are not
words-same-say = Good. Nobody is in between.
words-other-say = Somebody may be in between, and listen.
words-other-do = Say nothing private here. End the call, and talk on the phone.

# A consent form that is a PDF
form-page = Page { $page } of { $pages }
form-larger = Make it larger
form-smaller = Make it small again

# How the call does
quality-good = Your connection is good.
quality-tcp = Your connection is good. Your network blocks the direct way (UDP), so the call takes a detour (TCP).
quality-lossy = Your connection loses parts of the call. Go nearer to your Wi-Fi box if you can.
quality-slow = Your connection is slow to answer. Let the other person finish speaking.
quality-narrow = Your connection is weak. Your picture may be unclear for the other person.
quality-theirs = The other person’s connection is weak. You need to do nothing.
quality-short-good = Connection good
quality-short-tcp = Connection good (TCP)
quality-short-lossy = Connection weak
quality-short-slow = Connection slow
quality-short-narrow = Connection weak
quality-short-theirs = The other side is weak
small-window = Small window
small-window-failed = The browser cannot open a small window now.
