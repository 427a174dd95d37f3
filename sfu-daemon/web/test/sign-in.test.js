// Signing in, as the page does it: it says again what it said, with what is asked for, and then forgets it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SignIn, factorUrl, newSecret } from "../js/staff/sign-in.js";

/** A page before a server that answers in this order. @param {[number, object | null, Record<string, string>?][]} answers */
function page(answers) {
  /** @type {any[]} */ const said = [];
  let done = 0;
  const signIn = new SignIn({
    label: "Firefox, Linux", changed: () => {}, done: () => done++,
    post: async (url, body) => {
      assert.equal(url, "/staff/sign-in");
      said.push(body);
      const [status, answer, headers] = answers.shift() ?? [0, null];
      return status === 0 ? null : new Response(answer === null ? null : JSON.stringify(answer), { status, headers });
    },
  });
  return { signIn, said, done: () => done };
}

test("each step says again what was said, and the end forgets it", async () => {
  const asks = (/** @type {string} */ step, /** @type {string | null} */ problem = null) => /** @type {[number, object]} */ ([401, { step, problem }]);
  const { signIn, said, done } = page([
    asks("password", "wrong"), asks("new_password"), asks("new_password", "common"), asks("factor"), asks("factor", "mistyped"), [200, { recovery_codes: ["a", "b"] }],
  ]);
  await signIn.say({ login: " ada ", password: "wrong" });
  assert.deepEqual([signIn.step, signIn.problem, signIn.login], ["password", "wrong", "ada"]);
  await signIn.say({ login: "ada", password: "right" });
  assert.deepEqual([signIn.step, signIn.problem], ["new_password", null]);
  await signIn.say({ newPassword: "password1" });
  assert.deepEqual([signIn.step, signIn.problem], ["new_password", "common"]);
  await signIn.say({ newPassword: "better" });
  assert.equal(signIn.step, "factor");
  const { secret } = signIn;
  await signIn.say({ code: "000000" });
  assert.deepEqual([signIn.step, signIn.problem, signIn.secret], ["factor", "mistyped", secret], "the app need not scan anew");
  await signIn.say({ code: "123456" });
  assert.deepEqual(said.at(-1), { login: "ada", password: "right", label: "Firefox, Linux", new_password: "better", factor: { secret, code: "123456" } });
  assert.deepEqual([signIn.step, signIn.words, done()], ["words", ["a", "b"], 0]);
  signIn.written();
  assert.deepEqual([signIn.step, signIn.words, signIn.login, done()], ["password", [], "", 1]);
  await signIn.say({});
  assert.equal(said.at(-1).password, "", "nothing is kept");
});

test("without a second factor there is nothing between the password and the room", async () => {
  const { signIn, done } = page([[200, { recovery_codes: [] }]]);
  await signIn.say({ login: "ada", password: "right" });
  assert.equal(done(), 1);
});

test("a server that blocks, is busy, is gone or talks nonsense leaves the page where it is", async () => {
  const { signIn } = page([[429, null, { "retry-after": "3599" }], [503, null], [0, null], [401, null], [401, { step: "somewhere", problem: 7 }]]);
  for (const [problem, minutes] of /** @type {const} */ ([["blocked", 60], ["busy", 1], ["offline", 1], ["busy", 1], ["busy", 1]])) {
    await signIn.say({ login: "ada", password: "right" });
    assert.deepEqual([signIn.step, signIn.problem, signIn.minutes], ["password", problem, minutes]);
  }
});

test("a secret is twenty random bytes, as apps read them", () => {
  const [one, other] = [newSecret(), newSecret()];
  assert.match(one, /^[A-Z2-7]{32}$/);
  assert.notEqual(one, other);
  assert.equal(factorUrl("ada@clinic.example", "ABC"), "otpauth://totp/Anteroom%3Aada%40clinic.example?secret=ABC&issuer=Anteroom");
});
