// Invitations, built in the page: what a mail program, a phone or a calendar is handed. The server learns nothing of them.
// Pure: every text that comes from outside ends as data, never as another header, field or line.

/** @import { Language } from "../i18n.js" */
/** Says a text of the catalogue of invitations in the patient's language. @typedef {(key: string, args?: Record<string, string>) => string} Say */
/** Whom the patient meets, when (`at`: ms, null if nobody has said), and where. `once`: the link works once.
 * @typedef {{ who: string, phone: string, link: string, at: number | null, once: boolean }} Invitation */

/** An invitation that staff write. `visit`: it is for one visit. `reads`: the patient's language, null for the page's own. `at`: as the field says it.
 * `agreed`: the patient wants text messages. `code`: the QR code is shown.
 * @typedef {{ kind: "invite", area: string, visit: { token: string, ends_ms: number } | null, reads: Language | null, at: string, agreed: boolean, code: boolean }} Inviting */

/** A calendar wants an end; most consultations are over by then. */
const VISIT_MS = 30 * 60_000;
/** RFC 5545, section 3.1, without the line break. */
const LINE_OCTETS_MAX = 75;

/** @param {string} area @param {Inviting["visit"]} [visit] @returns {Inviting} */
export const inviting = (area, visit = null) => ({ kind: "invite", area, visit, reads: null, at: "", agreed: false, code: false });

/** Line breaks and what else no name holds: they could begin a header of their own. And no half of a character, which nothing can encode.
 * @param {string} text */
export function inOneLine(text) {
  return new TextDecoder().decode(new TextEncoder().encode(text)).replace(/[\p{Cc}\u2028\u2029\ufffd]+/gu, " ").trim();
}

/** As people in this language write a day and a time, at the place of the practice. @param {number} at @param {string} locale */
export function moment(at, locale) {
  return new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit" }).format(at);
}

/** What an input of a day and a time says; null if it says nothing. @param {string} value */
export function momentIn(value) {
  const at = new Date(value).getTime(); // Without a zone it is the device's own time.
  return Number.isNaN(at) ? null : at;
}

/** @param {Invitation} invitation @param {Say} say */
export function subjectOf({ who }, say) {
  const name = inOneLine(who);
  return name === "" ? say("invite-subject") : say("invite-subject-by", { who: name });
}

/** A letter. The link has a line of its own, so that no full stop sticks to it. @param {Invitation} invitation @param {Say} say @param {string} locale */
export function letter(invitation, say, locale) {
  const { at, link, once } = invitation;
  const phone = inOneLine(invitation.phone);
  return [
    subjectOf(invitation, say),
    ...(at === null ? [] : [say("invite-when", { when: moment(at, locale) })]),
    "",
    say("invite-open"),
    link,
    "",
    say(once ? "invite-once" : "invite-early"),
    ...(phone === "" ? [] : [say("invite-help", { phone })]),
  ].join("\n");
}

/** A text message, as short as it can be. @param {Invitation} invitation @param {Say} say @param {string} locale */
export function shortText(invitation, say, locale) {
  const when = invitation.at === null ? [] : [say("invite-when", { when: moment(invitation.at, locale) })];
  return [subjectOf(invitation, say), ...when, invitation.link].join("\n");
}

/** RFC 6068: a line break of the letter is an encoded CRLF, and everything that could end a field is encoded. @param {string} subject @param {string} text */
export function mailto(subject, text) {
  return `mailto:?subject=${encodeURIComponent(inOneLine(subject))}&body=${encodeURIComponent(lines(text).join("\r\n"))}`;
}

/** `?&` is what both iOS and Android take. @param {string} text */
export function sms(text) {
  return `sms:?&body=${encodeURIComponent(lines(text).join("\n"))}`;
}

/** An appointment for the patient's calendar (RFC 5545), or null if nobody has said when.
 * @param {Invitation} invitation @param {Say} say @param {string} locale @param {{ id: string, now: number }} made */
export function calendar(invitation, say, locale, { id, now }) {
  if (invitation.at === null) return null;
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Anteroom//Invitation//EN",
    "BEGIN:VEVENT",
    `UID:${escaped(id)}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(invitation.at)}`,
    `DTEND:${utc(invitation.at + VISIT_MS)}`,
    `SUMMARY:${escaped(subjectOf(invitation, say))}`,
    `LOCATION:${escaped(invitation.link)}`,
    `DESCRIPTION:${escaped(letter(invitation, say, locale))}`,
    "CLASS:PRIVATE",
    "END:VEVENT",
    "END:VCALENDAR",
  ].map((line) => `${folded(line)}\r\n`).join("");
}

/** @param {string} text */
function lines(text) {
  return text.split(/\r\n|\r|\n/).map(inOneLine);
}

/** RFC 5545, section 3.3.5: a time in UTC. @param {number} ms */
function utc(ms) {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** RFC 5545, section 3.3.11. @param {string} text */
function escaped(text) {
  return lines(text).map((line) => line.replace(/[\\;,]/g, "\\$&")).join("\\n");
}

/** RFC 5545, section 3.1: a line ends after 75 octets, never within a character, and goes on behind a space. @param {string} line */
function folded(line) {
  const parts = [""];
  let octets = 0;
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (LINE_OCTETS_MAX < octets + size) {
      parts.push("");
      octets = 1; // The space.
    }
    parts[parts.length - 1] += character;
    octets += size;
  }
  return parts.join("\r\n ");
}
