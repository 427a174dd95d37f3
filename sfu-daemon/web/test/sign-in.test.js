// Signing in, as the page does it: it says again what it said, with what is asked for, and then forgets it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makePasskey } from "../js/staff/passkey.js";
import { comeBack } from "../js/staff/provider.js";
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

test("a passkey signs in alone, and whatever comes of it otherwise is said", async (t) => {
  Object.assign(globalThis, { PublicKeyCredential: class {} });
  t.after(() => Reflect.deleteProperty(globalThis, "PublicKeyCredential"));
  const bytes = (/** @type {number[]} */ ...data) => Uint8Array.from(data).buffer;
  /** @type {any[]} */ const said = [];
  /** @type {any[]} */ const asked = [];
  /** @type {[number, object | null][]} */ let answers = [];
  /** @type {Error | null} */ let fault = null;
  let done = 0;
  const credentials = {
    create: async () => null,
    get: async (/** @type {any} */ options) => {
      asked.push(options.publicKey);
      if (fault !== null) throw fault;
      return /** @type {any} */ ({ rawId: bytes(1), response: { userHandle: bytes(2), clientDataJSON: bytes(3), authenticatorData: bytes(4), signature: bytes(251, 255) } });
    },
  };
  const signIn = new SignIn({
    label: "Firefox, Linux", changed: () => {}, done: () => done++, credentials,
    post: async (url, body) => {
      said.push([url, body]);
      const [status, answer] = answers.shift() ?? [0, null];
      return status === 0 ? null : new Response(answer === null ? null : JSON.stringify(answer), { status });
    },
  });
  const question = { challenge: "AQID", site: "visit.example.org" };
  answers = [[200, question], [200, { recovery_codes: [] }]];
  await signIn.passkey();
  assert.equal(done, 1);
  assert.deepEqual([asked[0].rpId, asked[0].userVerification, [...asked[0].challenge]], ["visit.example.org", "required", [1, 2, 3]]);
  assert.deepEqual(said, [
    ["/staff/passkey", {}],
    ["/staff/passkey/sign-in", { id: "AQ", handle: "Ag", client_data: "Aw", authenticator_data: "BA", signature: "-_8", label: "Firefox, Linux" }],
  ]);
  for (const [given, name, problem] of /** @type {[[number, object | null][], string | null, string][]} */ ([
    [[[422, { step: "passkey", problem: "address" }]], null, "address"],
    [[[200, { challenge: 7 }]], null, "busy"],
    [[], null, "offline"],
    [[[200, question]], "NotAllowedError", "cancelled"],
    [[[200, question]], "SecurityError", "address"],
    [[[200, question]], "NotSupportedError", "unsupported"],
    [[[200, question], [401, { step: "passkey", problem: "copied" }]], null, "copied"],
    [[[200, question], [429, null]], null, "blocked"],
  ])) {
    answers = given;
    fault = name === null ? null : new DOMException("", name);
    await signIn.passkey();
    assert.deepEqual([signIn.step, signIn.problem, signIn.busy, done], ["password", problem, false, 1], problem);
  }
});

test("a new passkey is one that the device finds by itself and that knows its owner", async () => {
  const bytes = (/** @type {number[]} */ ...data) => Uint8Array.from(data).buffer;
  /** @type {any} */ let asked;
  /** @type {ArrayBuffer | null} */ let key = bytes(4);
  const credentials = {
    get: async () => null,
    create: async (/** @type {any} */ options) => {
      asked = options.publicKey;
      return /** @type {any} */ ({ rawId: bytes(1), response: { clientDataJSON: bytes(2), getAuthenticatorData: () => bytes(3), getPublicKey: () => key, getPublicKeyAlgorithm: () => -7 } });
    },
  };
  const question = { challenge: "AQID", site: "visit.example.org", handle: "AgI", login: "ada", name: "", algorithms: [-8, -7], known: ["BQ", "no base64!"] };
  assert.deepEqual(await makePasskey(credentials, question), { id: "AQ", client_data: "Ag", authenticator_data: "Aw", public_key: "BA", algorithm: -7 });
  assert.deepEqual([asked.attestation, asked.authenticatorSelection.residentKey, asked.authenticatorSelection.userVerification], ["none", "required", "required"]);
  assert.deepEqual([asked.user.displayName, asked.pubKeyCredParams.length, asked.excludeCredentials.length], ["ada", 2, 1]);
  key = null;
  assert.equal(await makePasskey(credentials, question), "unsupported");
  for (const broken of [null, {}, { ...question, challenge: "!" }, { ...question, handle: 1 }, { ...question, known: null }]) {
    assert.equal(await makePasskey(credentials, broken), "busy");
  }
});

test("a tab goes to the provider and comes back with what it was given, once", async () => {
  /** @type {Map<string, string>} */ const kept = new Map();
  const store = { getItem: (/** @type {string} */ key) => kept.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value), removeItem: (/** @type {string} */ key) => void kept.delete(key) };
  /** @type {string[]} */ const gone = [];
  /** @type {any[]} */ const said = [];
  /** @type {[number, object | null][]} */ const answers = [[200, { url: "https://id.example/auth?x=1", sealed: "abc" }], [401, { step: "provider", problem: "stranger" }], [200, { recovery_codes: [] }], [422, { step: "provider", problem: "silent" }], [200, { url: "javascript:alert(1)", sealed: "abc" }]];
  let done = 0;
  const signIn = new SignIn({
    label: "Firefox, Linux", changed: () => {}, done: () => done++, leaving: { store, go: (url) => void gone.push(url) },
    post: async (url, body) => {
      said.push([url, body]);
      const [status, answer] = answers.shift() ?? [503, null];
      return new Response(answer === null ? null : JSON.stringify(answer), { status });
    },
  });
  await signIn.toProvider();
  assert.deepEqual(gone, ["https://id.example/auth?x=1"]);
  const { errand, back } = comeBack(store, "?code=c&state=s&iss=https%3A%2F%2Fid.example");
  assert.deepEqual([errand, back], ["sign-in", { sealed: "abc", code: "c", state: "s", iss: "https://id.example" }]);
  assert.equal(comeBack(store, "?code=c&state=s").back, "browser", "asked once");
  signIn.busy = false;
  await signIn.returned(back);
  assert.deepEqual([signIn.step, signIn.problem, done], ["password", "stranger", 0]);
  await signIn.returned(back);
  assert.deepEqual(said.at(-1), ["/staff/provider/sign-in", { sealed: "abc", code: "c", state: "s", iss: "https://id.example", label: "Firefox, Linux" }]);
  assert.equal(done, 1);
  await signIn.toProvider();
  assert.deepEqual([signIn.problem, signIn.busy], ["silent", false]);
  await signIn.toProvider();
  assert.deepEqual([signIn.problem, gone.length], ["busy", 1], "no address of another kind is followed");
  store.setItem("provider", JSON.stringify({ errand: "link", sealed: "abc" }));
  assert.deepEqual(comeBack(store, "?error=access_denied&state=s"), { errand: "link", back: "denied" });
  for (const broken of ["", "{", "7", "null", JSON.stringify({ errand: "x", sealed: "abc" })]) {
    store.setItem("provider", broken);
    assert.equal(comeBack(store, "?code=c&state=s").back, "browser");
  }
  await signIn.returned("denied");
  assert.equal(signIn.problem, "denied");
});
