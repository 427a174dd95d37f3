# What staff read in an e-mail. Each text has a line of its own.
mail-waiting-subject = Somebody is waiting
mail-waiting = Somebody is waiting in your waiting room. Open it here:
mail-set-subject = You will get an e-mail when somebody is waiting
mail-set = From now on you get an e-mail like this one when somebody is waiting in your waiting room. Your waiting room is here:
mail-off = You get this e-mail because your account asks for it. If you want no more of them, open this link:
# What a patient reads who has asked for it, as an e-mail or a text message.
mail-turn-subject = It is your turn
mail-turn = The practice is ready for you. Please go back to the page of the waiting room. If you have closed it, open this link:
mail-turn-once = This message comes once. The server has now forgotten where you get it.
