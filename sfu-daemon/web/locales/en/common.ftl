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
chat-by = { $name }, { $time }

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
lock-short = Encrypted
lock-long = Encrypted on the way
lock-title = Is this call safe?
lock-text-1 = Sound, picture and chat are encrypted on their way.
lock-text-2 = They pass through the server of the practice. No other company is in between.
lock-text-3 = The server could see them. It records nothing and keeps nothing.
