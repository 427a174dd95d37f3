// What an area looks like: a colour that can be read on, files of our own server, words that are only words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../js/forms/markdown.js";
import { accentOf, addressOf, contrastWithWhite } from "../js/look.js";
import { refusal } from "../js/staff/look.js";

test("white text on an area's colour has a contrast of 4.5:1, or the colour is not used", () => {
  for (const [colour, ratio] of /** @type {const} */ ([["#000000", 21], ["#ffffff", 1], ["#767676", 4.54], ["#777777", 4.47], ["#FF0000", 3.99], ["#0b5a4c", 8.13]])) {
    assert.ok(Math.abs((contrastWithWhite(colour) ?? 0) - ratio) < 0.06, `${colour}: ${contrastWithWhite(colour)}`);
  }
  assert.deepEqual(["#767676", "#777777", "#fff", "red", "", "#0b5a4c;", "url(https://evil.example/x)", "#0b5a4c)"].map(accentOf), ["#767676", null, null, null, null, null, null, null]);
});

test("only our own server's files are asked for, and only as what they are", () => {
  const hash = "0a".repeat(32);
  assert.equal(addressOf({ hash, kind: "image" }, "image"), `/look/${hash}`);
  assert.equal(addressOf({ hash, kind: "video" }, "image"), null);
  assert.equal(addressOf(null, "image"), null);
  for (const bad of ["https://evil.example/x.png", "../staff", `${hash}/../..`, "//evil.example", hash.toUpperCase(), ""]) assert.equal(addressOf({ hash: bad, kind: "image" }, "image"), null, bad);
});

test("a welcome has headings, lists and emphasis; links, pictures and HTML are the letters that they are", () => {
  const blocks = parse("# Welcome\nPlease have your **card** ready.\n- one\n\n<script>alert(1)</script>\n![x](https://evil.example/x.png) [y](javascript:alert(1))");
  assert.deepEqual(blocks.map(({ kind }) => kind), ["heading", "paragraph", "item", "paragraph"]);
  assert.deepEqual(blocks[3]?.spans.map(({ text }) => text), ["<script>alert(1)</script> ![x](https://evil.example/x.png) [y](javascript:alert(1))"]);
});

test("a file that the server would refuse is refused before it is sent", () => {
  const file = (/** @type {string} */ type, /** @type {number} */ size) => ({ type, size });
  assert.equal(refusal("logo", file("image/png", 1_000)), null);
  assert.deepEqual(refusal("logo", file("image/svg+xml", 10)), { why: "kind" });
  assert.deepEqual(refusal("logo", file("video/mp4", 10)), { why: "kind" });
  assert.deepEqual(refusal("logo", file("image/png", 256 * 1024 + 1)), { why: "large", max: 256 * 1024 });
  assert.equal(refusal("show", file("video/mp4", 16 * 1024 * 1024)), null);
  assert.deepEqual(refusal("show", file("application/pdf", 5_000_001)), { why: "large", max: 5_000_000 });
  assert.deepEqual(refusal("show", file("text/html", 10)), { why: "kind" });
});
