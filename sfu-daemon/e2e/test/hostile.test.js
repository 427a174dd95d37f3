// Nobody in between: a server that swaps keys and names, replays, reorders, drops or makes up messages and frames. The page stops or ignores it, never
// shows what is not from whom it says, and says nothing in clear. lib/hostile.js tells where the attacks are made.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stateArea, stateMoved } from "../../web/js/e2ee/area.js";
import { toBase64 } from "../../web/js/e2ee/bytes.js";
import { kemFromSeed } from "../../web/js/e2ee/hpke.js";
import { fingerprintOf, makeIdentity, makeRoot } from "../../web/js/e2ee/keys.js";
import { writeLink } from "../../web/js/e2ee/link.js";
import { state } from "../../web/js/e2ee/statements.js";
import { launchChromium } from "../lib/browsers.js";
import { Daemon } from "../lib/daemon.js";
import { hostileTab } from "../lib/hostile.js";
import { arrive, clinician, MARIA, wholeLink } from "../lib/people.js";

/** @typedef {import("../lib/browsers.js").Tab} Tab */
/** @typedef {import("../lib/hostile.js").Hostile} Hostile */
/** @typedef {import("../lib/hostile.js").Message} Message */

/** @type {import("playwright-core").Browser} */ let chromium;
/** @type {Daemon} */ let daemon;
/** @type {Tab} */ let staff;
/** @type {Hostile} what is between the clinician's page and the daemon */ let at_staff;
/** The practice's own link. */ let link = "";

before(async () => {
  [chromium, daemon] = await Promise.all([launchChromium(), Daemon.start("--check-ins-per-source-max", "1000")]);
  at_staff = await hostileTab(chromium, { viewport: { width: 1280, height: 800 } });
  staff = await clinician(chromium, daemon, at_staff.tab);
  link = await wholeLink(staff);
});
after(async () => {
  await chromium?.close();
  await daemon?.stop();
});

/** A patient's page with a server in between. @param {import("node:test").TestContext} t */
async function patientOf(t) {
  const between = await hostileTab(chromium);
  t.after(() => between.tab.close());
  return between;
}

const AREA = "reception";
const now_s = () => Math.floor(Date.now() / 1000);

/** What the server has made itself: a root, and an area's keys as it would have them. @param {Partial<Parameters<typeof stateArea>[1]>} [other] @param {number} [at_s] when it was signed */
async function forged(other = {}, at_s = now_s()) {
  const [root, desk] = [await makeRoot(), (await kemFromSeed(crypto.getRandomValues(new Uint8Array(32)))).public];
  const seal = { root: toBase64(root.public), state: JSON.stringify(await stateArea(root, { area: AREA, epoch: 1, serial: 1, desk, policy: "require", ...other }, at_s)), moved: /** @type {string[]} */ ([]) };
  return { root, seal, link: writeLink(daemon.patientLink, await fingerprintOf(root.public)) };
}

/** The statement with another body under the old signature. @param {string} statement @param {Record<string, unknown>} other */
function rewritten(statement, other) {
  const { body, ...rest } = JSON.parse(statement);
  const changed = { ...JSON.parse(Buffer.from(body, "base64url").toString()), ...other };
  return JSON.stringify({ ...rest, body: Buffer.from(JSON.stringify(changed)).toString("base64url") });
}

/** Every `area` of the daemon, with another seal. @param {Hostile} between @param {(area: Message) => Message} change */
function changeArea(between, change) {
  between.down = (message, pass) => pass(message.kind === "area" ? { ...message, area: change(message.area) } : message);
}

for (const [name, why, attack] of /** @type {[string, string, () => Promise<{ link?: string, change: (area: Message) => Message }>][]} */ ([
  ["keys of its own", "other_key", async () => {
    const { seal } = await forged();
    return { change: (area) => ({ ...area, seal }) };
  }],
  ["keys of its own, to which it says that the practice has moved", "other_key", async () => {
    const { root, seal } = await forged();
    const moved = [JSON.stringify(await stateMoved(root, AREA, root.public))];
    return { change: (area) => ({ ...area, seal: { ...seal, moved } }) };
  }],
  ["the right root with a state of its own", "bad_state", async () => {
    const { seal } = await forged();
    return { change: (area) => ({ ...area, seal: { ...area.seal, state: seal.state } }) };
  }],
  ["the right state with its own desk key", "bad_state", async () => {
    const desk = toBase64((await kemFromSeed(new Uint8Array(32).fill(7))).public);
    return { change: (area) => ({ ...area, seal: { ...area.seal, state: rewritten(area.seal.state, { desk }) } }) };
  }],
  ["a policy that lets names go in clear", "bad_state", async () => ({ change: (area) => ({ ...area, seal: { ...area.seal, state: rewritten(area.seal.state, { policy: "prefer" }) } }) })],
  ["what the practice has signed for another area", "bad_state", async () => {
    const { seal, link } = await forged({ area: "dermatology" });
    return { link, change: (area) => ({ ...area, seal }) };
  }],
  ["what the practice has signed two months ago", "out_of_date", async () => {
    const { seal, link } = await forged({}, now_s() - 60 * 24 * 3600);
    return { link, change: (area) => ({ ...area, seal }) };
  }],
  ["another area than the link's, with keys of its own", "not_referred", async () => {
    const { seal } = await forged({ area: "dermatology" });
    return { change: (area) => ({ ...area, slug: "dermatology", seal }) };
  }],
])) {
  test(`a page that is shown ${name} stops before a name is given`, async (t) => {
    const between = await patientOf(t);
    const { link: other, change } = await attack();
    changeArea(between, change);
    await between.tab.open(other ?? link);
    await between.tab.see(`[data-screen="different"] [data-why="${why}"]`);
    assert.equal(await between.tab.run(() => document.querySelector("#name")), null);
    // The same to a page whose person is about to say the name.
    between.honest();
    if (other !== undefined) return;
    await between.tab.reload();
    await between.tab.see("#name");
    await between.tab.fill("#name", MARIA);
    between.say({ kind: "area", area: change((await between.heard("area")).area) });
    await between.tab.see(`[data-screen="different"] [data-why="${why}"]`);
    assert.deepEqual([...new Set(between.page_said.map(({ kind }) => kind))].filter((kind) => kind !== "ping"), ["hello"]);
    assert.ok(!between.leaked(MARIA));
  });
}

test("keys that are left out, before or while a name is given, let nobody check in, and no name goes in clear", async (t) => {
  const between = await patientOf(t);
  changeArea(between, (area) => ({ ...area, seal: null }));
  await between.tab.open(link);
  await between.tab.see('[data-screen="P0-unopened"]');
  between.honest();
  await between.tab.reload();
  await between.tab.fill("#name", MARIA);
  between.say({ kind: "area", area: { ...(await between.heard("area")).area, seal: null } });
  await between.tab.see('[data-screen="P0-unopened"]');
  assert.ok(!between.page_said.some(({ kind }) => kind === "check_in"));
  assert.ok(!between.leaked(MARIA));
});

test("without the key in the link a server's own policy still gets no name in clear, and other keys after the check-in stop the page", async (t) => {
  const between = await patientOf(t);
  const [{ seal }, other] = [await forged({ policy: "prefer" }), await forged({ policy: "prefer" })];
  changeArea(between, (area) => ({ ...area, seal }));
  await arrive(between.tab, daemon, MARIA);
  assert.ok(between.page_said.some(({ kind, sealed, name }) => kind === "check_in" && typeof sealed === "string" && name === undefined));
  assert.ok(!between.leaked(MARIA));
  between.say({ kind: "area", area: { ...(await between.heard("area")).area, seal: other.seal } });
  await between.tab.see('[data-screen="different"] [data-why="other_key"]');
});

test("a visit that the server alone moves to another area stops, also after a reload, and is offered no media", async (t) => {
  const between = await patientOf(t);
  await arrive(between.tab, { patientLink: link }, MARIA);
  const elsewhere = { ...(await between.heard("area")).area, slug: "dermatology", seal: (await forged({ area: "dermatology" })).seal };
  const { certificate } = (await at_staff.heard("seal_devices")).devices[0];
  for (const referral of [null, "{}", JSON.stringify({ certificate: JSON.parse(certificate), referral: await state((await makeIdentity()).signer, "referral", { visit: "", area: "dermatology", root: elsewhere.seal.root }) })]) {
    between.honest();
    await between.tab.reload();
    await between.tab.see('[data-screen="P1"]');
    if (referral !== null) between.say({ kind: "referral", referral });
    between.say({ kind: "area", area: elsewhere });
    between.say({ kind: "patient", patient: { ...(await between.heard("resumed")).patient, version: 1000, state: "called", position: null } });
    await between.tab.see('[data-screen="different"] [data-why="not_referred"]');
  }
  assert.ok(!between.page_said.some(({ kind }) => kind === "offer" || kind === "seal_hello"));
});
