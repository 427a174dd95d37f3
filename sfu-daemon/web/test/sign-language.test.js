// The mode for sign language holds for both sides, in browsers that know what is to give way and in those that do not.

import assert from "node:assert/strict";
import test from "node:test";
import { preferMovement } from "../js/encodings.js";
import { SignLanguage } from "../js/sign-language.js";

/** @param {boolean} knows whether the browser has the preference @param {boolean} [layers] whether it has layers of time */
function sender(knows, layers = true) {
  /** @type {any} */ let now = { encodings: [{ rid: "q" }, { rid: "h", scaleResolutionDownBy: 2 }] };
  return {
    getParameters: () => structuredClone(now),
    setParameters: async (/** @type {any} */ wanted) => {
      if (!layers && wanted.encodings.some((/** @type {any} */ { scalabilityMode }) => scalabilityMode !== undefined)) throw new DOMException("", "OperationError");
      now = structuredClone(wanted);
      if (!knows) delete now.degradationPreference;
    },
  };
}

test("movement comes before sharpness, without layers of time, and everything is as before when it is over", async () => {
  const camera = /** @type {any} */ (sender(true));
  assert.equal(await preferMovement(camera, true), true);
  assert.deepEqual(camera.getParameters(), { degradationPreference: "maintain-framerate", encodings: [{ rid: "q", scalabilityMode: "L1T1" }, { rid: "h", scaleResolutionDownBy: 2, scalabilityMode: "L1T1" }] });
  assert.equal(await preferMovement(camera, false), true);
  assert.deepEqual(camera.getParameters(), { degradationPreference: "balanced", encodings: [{ rid: "q" }, { rid: "h", scaleResolutionDownBy: 2 }] });
});

test("a browser without the preference says so, and one without layers of time keeps the preference", async () => {
  assert.equal(await preferMovement(/** @type {any} */ (sender(false)), true), false);
  const camera = /** @type {any} */ (sender(true, false));
  assert.equal(await preferMovement(camera, true), true);
  assert.equal(camera.getParameters().encodings[0].scalabilityMode, undefined);
});

test("who chooses it tells the other, whose page does the same; a browser that knows no preference captures less", async () => {
  /** @type {Record<string, unknown[]>} */ const done = { ana: [], lena: [] };
  /** @param {string} name @param {boolean} knows @param {(said: { on: boolean }) => void} say */
  const page = (name, knows, say) => new SignLanguage({
    path: { preferMovement: async (on) => (done[name]?.push(on), knows) },
    devices: { captureLess: (less) => void done[name]?.push(less ? "less" : "more") },
    say, told: (peer) => void done[name]?.push(peer),
  });
  /** @type {SignLanguage} */ const ana = page("ana", true, (said) => lena.heard(1, said));
  /** @type {SignLanguage} */ const lena = page("lena", false, (said) => ana.heard(2, said));
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  ana.choose(true);
  await settled();
  assert.deepEqual([ana.on, lena.on, done], [true, true, { ana: [true, null, "more"], lena: [true, 1, "less"] }]);
  ana.tell(); // to somebody who has come back
  lena.choose(false);
  await settled();
  assert.deepEqual([ana.on, lena.on, done["ana"]?.slice(3), done["lena"]?.slice(3)], [false, false, [false, 2, "more"], [false, null, "more"]]);
  ana.tell();
  lena.forget();
  assert.deepEqual(done["lena"]?.length, 6, "nothing is told of what is off, and nothing changes");
});
