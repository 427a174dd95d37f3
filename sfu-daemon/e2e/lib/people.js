// What a patient and a clinician do, step by step, through the page as they see it.

import { chromiumTab } from "./browsers.js";
import { Daemon } from "./daemon.js";
import { eventually } from "./wait.js";

/** @typedef {import("./browsers.js").Tab} Tab */

/** People who visit, and whom they visit. */
export const [MARIA, FARID, CLINICIAN] = ["Maria Castro", "Farid Haddad", "Dr. Hoffmann"];

/** A daemon, its clinician's page, and the tidying up. @param {import("node:test").TestContext} t @param {import("playwright-core").Browser} browser */
export async function practice(t, browser) {
  const daemon = await Daemon.start();
  t.after(() => daemon.stop());
  const staff = await clinician(browser, daemon);
  t.after(() => staff.close());
  return { daemon, staff };
}

/** A practice and its patient, who are in a call with each other. @param {import("node:test").TestContext} t @param {import("playwright-core").Browser} browser @param {Parameters<typeof chromiumTab>[1]} [options] of the patient's tab */
export async function consultation(t, browser, options) {
  const { daemon, staff } = await practice(t, browser);
  const patient = await chromiumTab(browser, options);
  t.after(() => patient.close());
  await enterCall(daemon, staff, patient);
  return { daemon, staff, patient };
}

/** The same, where the practice allows devices: with a link that the patient's page can check, or it would take nothing in clear.
 * @param {import("node:test").TestContext} t @param {import("playwright-core").Browser} browser */
export async function examination(t, browser) {
  const { daemon, staff } = await practice(t, browser);
  await allowDevices(staff);
  const patient = await chromiumTab(browser);
  t.after(() => patient.close());
  await enterCall({ patientLink: await wholeLink(staff) }, staff, patient);
  return { daemon, staff, patient };
}

/** A key holder lets devices come that do not encrypt. @param {Tab} staff */
export async function allowDevices(staff) {
  await staff.act("browsers");
  await staff.act("policy-prefer");
  await staff.act("prefer-allow");
  await staff.see('[data-action="policy-prefer"]:checked');
  await staff.act("close");
}

/** From the link into the call. @param {Pick<Daemon, "patientLink">} daemon @param {Tab} staff @param {Tab} patient @param {string} [name] */
export async function enterCall(daemon, staff, patient, name = MARIA) {
  await checkIn(patient, daemon, name);
  await admit(staff, name);
  await inCall(patient);
}

/** The link that the practice gives to its patients, with its key. Only its own page knows it. @param {Tab} staff */
export async function wholeLink(staff) {
  await staff.see("[data-link]");
  return (await staff.run(() => document.querySelector("[data-link]")?.getAttribute("data-link"))) ?? "";
}

/** From the link to the place in line. @param {Tab} tab @param {Pick<Daemon, "patientLink">} daemon @param {string} name */
export async function checkIn(tab, daemon, name) {
  await arrive(tab, daemon, name);
  await tab.act("allow");
  await tab.see('[data-screen="P2"]');
  await tab.act("set-up-done");
  await tab.see('[data-screen="P3"]');
}

/** From the link to the question about the devices: already in line. @param {Tab} tab @param {Pick<Daemon, "patientLink">} daemon @param {string} name */
export async function arrive(tab, daemon, name) {
  await tab.open(daemon.patientLink);
  await tab.see('[data-screen="P0"]');
  await tab.fill("#name", name);
  await tab.act("check-in");
  await tab.see('[data-screen="P1"]');
}

/** The place that the page shows. @param {Tab} tab */
export async function place(tab) {
  await tab.see("[data-testid=place]");
  return Number(await tab.run(() => document.querySelector("[data-testid=place]")?.getAttribute("data-position")));
}

/** A clinician at an own device, from the one-time link to the open waiting room, which has its keys from then on.
 * @param {import("playwright-core").Browser} browser @param {Pick<Daemon, "staffLink">} daemon @param {Tab} [device] */
export async function clinician(browser, daemon, device) {
  const tab = device ?? (await chromiumTab(browser, { viewport: { width: 1280, height: 800 } }));
  await tab.open(daemon.staffLink);
  await tab.see('[data-screen="V0"]');
  await tab.fill("#f-title", CLINICIAN);
  await tab.act("enrol-save");
  await tab.act("open-room");
  await tab.see('[data-screen="V1"] [data-link]');
  return tab;
}

/** Staff change who may come in. @param {Tab} staff @param {() => Promise<unknown>} fill in the form */
export async function setRules(staff, fill) {
  await staff.act("rules");
  await staff.see('[data-screen="rules"]');
  await fill();
  await staff.act("rules-save");
  await staff.see('[data-screen="V1"]');
}

/** Hours that are not now: a minute at another end of the week. @param {Tab} staff */
export async function openElsewhen(staff) {
  const day = ((new Date().getDay() + 2) % 7) + 1;
  await staff.act("has-hours");
  await staff.run((/** @type {number} */ day) => {
    for (const [name, value] of Object.entries({ [`from-${day}-0`]: "08:00", [`to-${day}-0`]: "08:01" })) Object.assign(document.querySelector(`[name="${name}"]`) ?? {}, { value });
  }, day);
  await staff.fill("#closed_text", "In an emergency please call 112.");
}

/** The card of somebody in the queue. @param {string} name @param {string} state of the visit, as the queue shows it */
export const card = (name, state) => `li[data-ticket][data-state="${state}"]:has-text("${name}")`;

/** Calls somebody who is ready; the clinician's page goes into the call when the patient does. @param {Tab} staff @param {string} name */
export async function admit(staff, name) {
  await staff.click(`${card(name, "waiting")} [data-action="start"]`);
  await staff.act("confirm");
}

/** The patient's page is in the call, and the media path is up. A called patient's page goes in by itself. @param {Tab} patient */
export async function inCall(patient) {
  await patient.see('[data-screen="P5"][data-path="connected"]');
}

/** Opens the chat and waits until what is sent can be read. @param {Tab} tab */
export async function openChat(tab) {
  if (!(await tab.run(() => document.querySelector('[data-testid="chat"]') !== null))) await tab.act("chat");
  await tab.see('[data-action="chat-send"]:not([aria-disabled])');
}

/** Chooses a file as a person would whose file it is: noise of this many bytes, made in the page. Resolves with its hash. @param {Tab} tab @param {string} name @param {number} size @param {string} [canary] at its beginning */
export function choose(tab, name, size, canary = "") {
  return tab.run(async ({ name, size, canary }) => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65_536)));
    bytes.set(new TextEncoder().encode(canary).subarray(0, size));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name));
    const input = /** @type {HTMLInputElement} */ (document.querySelector('[data-action="send-file"]'));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }, { name, size, canary });
}

/** Staff's word for a new device in their consultation, as their page gets it. @param {Tab} staff @param {string} name of the device @returns {Promise<{ publish: string, play: string, token: string }>} */
export function addDevice(staff, name) {
  return staff.run((/** @type {string} */ name) => new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws`, "anteroom.v1");
    const say = (/** @type {object} */ message) => socket.send(JSON.stringify(message));
    socket.onopen = () => {
      say({ kind: "hello", protocol: 1, role: "staff", area: null });
      say({ kind: "staff", command: { action: "watch", area: "reception" } });
    };
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      const own = message.kind === "queue" && message.tickets.find((/** @type {{ mine: boolean }} */ visit) => visit.mine);
      if (own) say({ kind: "staff", command: { action: "add_device", ticket: own.ticket, name } });
      if (message.kind === "error") reject(new Error(message.text));
      if (message.kind !== "device_added") return;
      socket.close();
      resolve(message);
    };
  }), name);
}

/** @param {Tab} staff */
export async function end(staff) {
  await staff.act("end");
  await staff.act("end-visit");
}

/** Nobody is left in any room, and no packet leaves any more. @param {Daemon} daemon */
export async function silence(daemon) {
  await eventually(() => daemon.participants(), (count) => count === 0, "participants after the end");
}
