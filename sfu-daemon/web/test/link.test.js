// Links as they arrive: whole, mangled by mail programs, or without what matters.

import assert from "node:assert/strict";
import test from "node:test";
import { crc16, fromToken, toToken } from "../js/e2ee/keys.js";
import { readLink, writeLink } from "../js/e2ee/link.js";

const FINGERPRINT = Uint8Array.from({ length: 16 }, (_, at) => (at * 77 + 13) & 255);
const TOKEN = toToken(FINGERPRINT);
const ORIGIN = "https://clinic.example";
const WHOLE = writeLink(`${ORIGIN}/a/reception`, FINGERPRINT);

test("a whole link is read as it is", () => {
  assert.equal(WHOLE, `${ORIGIN}/a/reception#k=${TOKEN}`);
  assert.deepEqual(readLink(WHOLE), { area: "reception", visit: null, guest: null, fingerprint: FINGERPRINT, damaged: false, repaired: null });
});

for (const [what, href, repaired] of [
  ["an escaped #", `${ORIGIN}/a/reception%23k=${TOKEN}`],
  ["an escape of the escape", `${ORIGIN}/a/reception%2523k=${TOKEN}`],
  ["everything escaped", `${ORIGIN}/a/reception%23k%3D${TOKEN}`],
  ["small letters in escapes", `${ORIGIN}/a/reception%23k%3d${TOKEN}`],
  ["an = of quoted-printable", `${ORIGIN}/a/reception#k=3D${TOKEN}`],
  ["a full stop behind it", `${WHOLE}.`],
  ["a bracket behind it", `${WHOLE})`],
  ["a text fragment behind it", `${WHOLE}:~:text=hello`],
  ["something stuck to it", `${WHOLE}_-_`],
  ["a counter of clicks before it", `${ORIGIN}/a/reception?utm_source=mail#k=${TOKEN}`, `${ORIGIN}/a/reception?utm_source=mail#k=${TOKEN}`],
]) {
  test(`${what}: the fingerprint is found, and the address repaired`, () => {
    const link = readLink(/** @type {string} */ (href));
    assert.deepEqual([link.area, link.fingerprint, link.damaged], ["reception", FINGERPRINT, false]);
    assert.equal(link.repaired ?? href, repaired ?? WHOLE);
  });
}

for (const [what, href, damaged] of /** @type {[string, string, boolean][]} */ ([
  ["no fragment", `${ORIGIN}/a/reception`, false],
  ["another fragment", `${ORIGIN}/a/reception#top`, false],
  ["a fragment that was cut", WHOLE.slice(0, -3), true],
  ["a fragment in capitals", WHOLE.replace(TOKEN, TOKEN.toUpperCase()), true],
  ["two letters in the wrong order", WHOLE.replace(TOKEN.slice(4, 6), [...TOKEN.slice(4, 6)].reverse().join("")), true],
])) {
  test(`${what}: there is no fingerprint, and that is no attack`, () => {
    assert.deepEqual(readLink(href), { area: "reception", visit: null, guest: null, fingerprint: null, damaged, repaired: null });
  });
}

test("a link for one visit keeps its token, whatever mail programs make of it", () => {
  const visit = "0123456789abcdef0123456789abcdef";
  const whole = writeLink(WHOLE, FINGERPRINT, { visit });
  assert.equal(whole, `${WHOLE}&v=${visit}`);
  assert.deepEqual(readLink(whole), { area: "reception", visit, guest: null, fingerprint: FINGERPRINT, damaged: false, repaired: null });
  for (const mangled of [`${ORIGIN}/a/reception%23k%3D${TOKEN}%26v%3D${visit}`, `${whole}.`, `${ORIGIN}/a/reception#k=3D${TOKEN}&v=3D${visit}`]) {
    const link = readLink(mangled);
    assert.deepEqual([link.visit, link.fingerprint, link.repaired], [visit, FINGERPRINT, whole], mangled);
  }
  assert.equal(readLink(whole.slice(0, -1)).visit, null, "cut");
});

test("a link for a guest keeps its token, and is none for a visit", () => {
  const guest = "0123456789abcdef0123456789abcdef";
  const whole = writeLink(WHOLE, FINGERPRINT, { guest });
  assert.equal(whole, `${WHOLE}&g=${guest}`);
  for (const href of [whole, `${ORIGIN}/a/reception%23k%3D${TOKEN}%26g%3D${guest}`, `${whole},`]) {
    const link = readLink(href);
    assert.deepEqual([link.visit, link.guest, link.repaired ?? href], [null, guest, whole], href);
  }
});

test("one wrong letter is always found", () => {
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let at = 0; at < TOKEN.length; at += 1) {
    for (const letter of ALPHABET) if (letter !== TOKEN[at]) assert.equal(fromToken(TOKEN.slice(0, at) + letter + TOKEN.slice(at + 1)), null);
  }
});

test("the checksum is that of X.25", () => {
  assert.equal(crc16(new TextEncoder().encode("123456789")), 0x906e);
});
