// Invitations: whatever a practice is called, a mail program, a phone and a calendar get one subject, one text and the whole link.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { calendar, letter, mailto, momentIn, shortText, sms, subjectOf } from "../js/staff/invite.js";
import { FluentBundle, FluentResource } from "../vendor/@fluent/bundle/esm/index.js";

/** @import { Invitation, Say } from "../js/staff/invite.js" */

const LINK = "https://visit.clinic.example/a/reception#k=DVqn9EGO2yh1wg9cqfZDkLx2&v=0123456789abcdef0123456789abcdef";
const AT = Date.UTC(2026, 11, 1, 9, 30);
/** @type {Invitation} */
const PLAIN = { who: "Dr. Hoffmann", phone: "030 12 34 56", link: LINK, at: AT, once: true };
const NAMES = [
  "Dr. Hoffmann", "", "عيادة الدكتور حداد", "🧑‍⚕️🏥 Praxis; am, Park\\Süd", "Ü".repeat(100), "🏥".repeat(100),
  "A\r\nBcc: eve@evil.example", "A\nEND:VEVENT\r\nBEGIN:VEVENT", "A\u2028B\u0000C", "half of a character \ud83d", "&body=other&cc=eve@evil.example", "?subject=x#y",
];

/** @param {string} language @returns {Say} */
function sayIn(language) {
  const bundle = new FluentBundle(language, { useIsolating: false });
  bundle.addResource(new FluentResource(readFileSync(new URL(`../locales/${language}/invite.ftl`, import.meta.url), "utf8")));
  return (key, args) => bundle.formatPattern(/** @type {any} */ (bundle.getMessage(key)?.value), args);
}
const LANGUAGES = ["de", "en", "es", "fr", "pt"];

/** What a calendar program reads: unfolded, and each line by its name. @param {string} ics */
function fields(ics) {
  const lines = ics.replaceAll("\r\n ", "").split("\r\n").filter((line) => line !== "");
  return lines.map((line) => ({ name: line.slice(0, line.indexOf(":")), value: line.slice(line.indexOf(":") + 1) }));
}
const unescaped = (/** @type {string} */ text) => text.replace(/\\([\\;,n])/g, (_, sign) => (sign === "n" ? "\n" : sign));

for (const who of NAMES) {
  for (const language of LANGUAGES) {
    test(`${language}: a practice called ${JSON.stringify(who.slice(0, 30))} is one subject, one text, one appointment`, () => {
      const say = sayIn(language);
      const invitation = { ...PLAIN, who, phone: who };
      const text = letter(invitation, say, language);
      assert.ok(text.split("\n").includes(LINK), "the link has its own line, fragment and all");

      const href = mailto(subjectOf(invitation, say), text);
      assert.match(href, /^[\x21-\x7e]+$/, "nothing that ends a header or an attribute");
      const mail = new URL(href);
      assert.deepEqual([...mail.searchParams.keys()], ["subject", "body"], "no other field");
      assert.equal(mail.hash, "");
      assert.doesNotMatch(mail.searchParams.get("subject") ?? "", /[\p{Cc}\u2028\u2029]/u);
      assert.equal((mail.searchParams.get("body") ?? "").replaceAll("\r\n", "\n"), text.split("\n").map((line) => line.trim()).join("\n"));
      assert.ok((mail.searchParams.get("body") ?? "").split("\r\n").includes(LINK));

      const message = new URL(sms(shortText(invitation, say, language)));
      assert.deepEqual([...message.searchParams.keys()].filter((key) => key !== ""), ["body"]);
      assert.equal((message.searchParams.get("body") ?? "").split("\n").at(-1), LINK);

      const ics = calendar(invitation, say, language, { id: "an id", now: AT }) ?? "";
      for (const line of ics.split("\r\n")) {
        assert.ok(new TextEncoder().encode(line).length <= 75, line);
        assert.doesNotMatch(line, /[\p{Cc}\ufffd]/u, "no stray line break, no cut character");
      }
      const read = fields(ics);
      assert.deepEqual(read.map(({ name }) => name), ["BEGIN", "VERSION", "PRODID", "BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "CLASS", "END", "END"]);
      const value = Object.fromEntries(read.map(({ name, value }) => [name, unescaped(value)]));
      assert.equal(value["LOCATION"], LINK);
      assert.deepEqual([value["DTSTART"], value["DTEND"]], ["20261201T093000Z", "20261201T100000Z"]);
      assert.ok(value["DESCRIPTION"]?.includes(LINK));
    });
  }
}

test("without a time there is no appointment, and the text does not speak of one", () => {
  const say = sayIn("en");
  const invitation = { ...PLAIN, at: null, once: false };
  assert.equal(calendar(invitation, say, "en", { id: "x", now: 0 }), null);
  assert.doesNotMatch(letter(invitation, say, "en") + shortText(invitation, say, "en"), /When/);
  assert.doesNotMatch(letter(invitation, say, "en"), /once/);
  assert.match(letter({ ...invitation, once: true }, say, "en"), /once/);
  assert.deepEqual([momentIn(""), momentIn("tomorrow")], [null, null]);
  assert.equal(momentIn("2026-12-01T10:30"), new Date(2026, 11, 1, 10, 30).getTime());
});

test("who has no phone number is not told to call", () => {
  assert.doesNotMatch(letter({ ...PLAIN, phone: " " }, sayIn("en"), "en"), /call/);
  assert.match(letter(PLAIN, sayIn("en"), "en"), /call 030 12 34 56/);
});
