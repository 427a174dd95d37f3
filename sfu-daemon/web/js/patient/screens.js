// From the name of a screen to its view and to the title of the tab.

import { clockTime, t } from "../i18n.js";
import { screen } from "../state.js";
import { after, erased, expired, left, removed } from "./after.js";
import { call } from "./call.js";
import { checkIn, noCheckIn } from "./check-in.js";
import { codeFirst, different } from "./code.js";
import { whoFirst } from "./corridor.js";
import { inApp, opening, outdated, replaced, unsupported, guestOver, wrongLink } from "./errors.js";
import { blocked, permission, preview } from "./set-up.js";
import { held, offline, waiting, yourTurn } from "./waiting.js";

/** @import { State } from "../state.js" */
/** @import { Ui } from "./corridor.js" */

/** @param {Ui} ui */
export function draw(ui) {
  const name = screen(ui.state);
  switch (name) {
    case "opening":
      return opening(ui);
    case "offline":
      return offline(ui);
    case "wrong-link":
      return wrongLink(ui);
    case "guest-over":
      return guestOver(ui);
    case "outdated":
    case "garbled":
      return outdated(ui, name);
    case "replaced":
      return replaced(ui);
    case "unsupported":
      return unsupported(ui);
    case "in-app":
      return inApp(ui);
    case "P0":
      return checkIn(ui);
    case "P0-code":
      return codeFirst(ui);
    case "different":
      return different(ui);
    case "P0-closed":
    case "P0-unopened":
    case "P0-invited":
    case "P0-full":
    case "P0-draining":
      return noCheckIn(ui, name);
    case "P1":
      return permission(ui);
    case "blocked":
      return blocked(ui);
    case "P2":
      return preview(ui);
    case "P3":
      return waiting(ui);
    case "P4":
      return yourTurn(ui);
    case "P5":
      return call(ui);
    case "held":
      return held(ui);
    case "P6":
      return after(ui);
    case "left":
      return left(ui);
    case "removed":
      return removed(ui);
    case "expired":
      return expired(ui);
    case "erased":
      return erased(ui);
  }
}

/** @param {State} state */
export function tabTitle(state) {
  const name = screen(state);
  const place = state.area?.title || state.area?.practice || t("app-name");
  switch (name) {
    case "P1":
    case "blocked":
    case "P2":
      return t("tab-checked-in", { place });
    case "P3":
      return t("tab-waiting", { place, position: state.patient?.position ?? 0 });
    case "P4":
      return t("tab-turn", { place });
    case "P5":
      return t("tab-call", { who: whoFirst(state) });
    case "held":
      return t("tab-held", { place });
    case "offline":
      return t("tab-offline", { place, time: clockTime(state.heard_at) });
    case "P6":
    case "left":
    case "removed":
    case "expired":
    case "erased":
      return t("tab-over", { place });
    case "opening":
    case "wrong-link":
    case "guest-over":
    case "outdated":
    case "garbled":
    case "replaced":
    case "unsupported":
    case "in-app":
    case "different":
    case "P0":
    case "P0-code":
    case "P0-closed":
    case "P0-unopened":
    case "P0-invited":
    case "P0-full":
    case "P0-draining":
      return place;
  }
}
