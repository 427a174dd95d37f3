// The ways to take part for people who do not hear or speak, tied to the messages of a call: the same for both sides.

import { announce } from "../dom.js";
import { t } from "../i18n.js";
import { SignLanguage } from "../sign-language.js";
import { Live } from "./live.js";

/** @import { Devices } from "../media.js" */
/** @import { Messages } from "../messages.js" */
/** @import { MediaPath } from "../path.js" */

/** @param {{ messages: Messages, path: MediaPath, devices: Devices, isInCall: () => boolean, nameOf: (peer: number) => string, changed: () => void }} page */
export function otherWays({ messages, path, devices, isInCall, nameOf, changed }) {
  const live = new Live({
    say: (said) => messages.say({ kind: "live", ...said }),
    changed,
    begun: (peer) => announce(t("live-begun", { name: nameOf(peer) })),
  });
  const sign_language = new SignLanguage({
    path, devices,
    say: (said) => void messages.say({ kind: "sign_language", ...said }),
    told: (peer) => {
      if (peer !== null) announce(t(sign_language.on ? "sign-on-by" : "sign-off-by", { name: nameOf(peer) }));
      changed();
    },
  });
  messages.on("sign_language", (peer, message) => {
    if (isInCall()) sign_language.heard(peer, /** @type {any} */ (message));
  });
  messages.on("live", (peer, message) => {
    if (isInCall()) live.heard(peer, /** @type {any} */ (message));
  });
  return { live, sign_language };
}
