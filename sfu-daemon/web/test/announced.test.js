// What staff are told of a change of the statement on privacy, until they have said that they have read it.

import assert from "node:assert/strict";
import test from "node:test";
import { Announced } from "../js/staff/announced.js";

test("an announcement stays until it was said to be read, and a server that does not answer takes nothing away", async () => {
  let kept = [{ number: 3, announced_ms: 0, effective_ms: 86_400_000, text: "We will send SMS." }];
  let answers = true;
  /** @type {object[]} */ const said = [];
  const answer = () => (answers ? new Response(JSON.stringify(kept)) : null);
  const announced = new Announced({
    get: async () => answer(),
    post: async (_url, body) => {
      said.push(body);
      kept = [];
      return answer();
    },
    changed: () => {},
  });
  await announced.load();
  assert.deepEqual(announced.unread.map(({ number }) => number), [3]);
  answers = false;
  await announced.load();
  assert.equal(announced.unread.length, 1);
  answers = true;
  await announced.read(3);
  assert.deepEqual([said, announced.unread], [[{ number: 3 }], []]);
});
