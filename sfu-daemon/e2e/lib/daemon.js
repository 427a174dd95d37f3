// The real daemon, as `cargo build` left it, on ports that the system chooses and with a data folder of its own.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const TARGET = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../../target", import.meta.url));
const PROGRAM = join(TARGET, "debug", "anteroom");
/** Everything that our own code would say about a visit, and what libraries say by default in a search for a fault. */
const LOG = "debug,sfu_daemon=trace,sfu_lobby=trace,sfu_net=debug,sfu_core=debug";

/** While somebody works on the page: as it lies in this folder, instead of as it was built in. */
const PAGE = process.env.ANTEROOM_PAGE === undefined ? [] : ["--web-dir", process.env.ANTEROOM_PAGE];

export class Daemon {
  /** Everything it has written so far. */
  stdout = "";
  stderr = "";
  #child;
  #flags;
  #data = mkdtempSync(join(tmpdir(), "anteroom-e2e-"));

  /** @param {string[]} flags @param {string} [address] of this machine, at which other devices find it as well */
  constructor(flags, address) {
    const ports = ["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--media-port", "0"];
    const reach = address === undefined ? ["--https", "false"] : ["--https-listen", `${address}:0`, "--media-addresses", `127.0.0.1,${address}`];
    this.#flags = ["--data-dir", this.#data, "--log", LOG, ...(flags.includes("--web-dir") ? [] : PAGE), ...ports, ...reach, ...flags];
    this.#child = this.#spawn();
  }

  #spawn() {
    const child = spawn(PROGRAM, this.#flags, { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.setEncoding("utf8").on("data", (text) => (this.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (this.stderr += text));
    return child;
  }

  /** As after a power cut, at the same address and with the same data. */
  async restart() {
    const { port } = new URL(this.patientLink);
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exit;
    this.stdout = this.stderr = "";
    this.#flags[this.#flags.indexOf("--listen") + 1] = `127.0.0.1:${port}`;
    this.#child = this.#spawn();
    await this.#open();
  }

  /** Resolves when it is open. @param {string[]} flags */
  static start(...flags) {
    return new Daemon(flags).#open();
  }

  /** As `start`, for other devices too. @param {string} address of this machine @param {string[]} flags */
  static startAt(address, ...flags) {
    return new Daemon(flags, address).#open();
  }

  /** Where plain HTTP is served, whatever the daemon is called outside. */
  get origin() {
    return `http://${this.#read(this.stderr, /http=(\S+)/)}`;
  }

  get patientLink() {
    return this.#read(this.stdout, /Patient link\s+(http:\S+)/);
  }

  /** For other devices, with a certificate that the daemon has made itself. */
  get patientLinkFromAfar() {
    return this.#read(this.stdout, /Patient link[^]*?(https:\S+)/);
  }

  /** Works once. */
  get staffLink() {
    return this.#read(this.stdout, /Staff link[^\n]*\s+(http:\S+)/);
  }

  get staffLinkFromAfar() {
    const { pathname, hash } = new URL(this.staffLink);
    return new URL(pathname + hash, this.patientLinkFromAfar).href;
  }

  /** Another one, as a person at the terminal would make it. */
  newStaffLink() {
    const { stdout } = spawnSync(PROGRAM, ["staff-link", "--data-dir", this.#data, "--public-url", new URL(this.patientLink).origin], { encoding: "utf8" });
    return stdout.trim();
  }

  /** What the program says to a person at the terminal, beside the running daemon. @param {string[]} words */
  ask(...words) {
    const { status, stdout, stderr } = spawnSync(PROGRAM, words, { encoding: "utf8" });
    return { status, said: `${stdout}${stderr}`.trim() };
  }

  /** A command about its people and areas, as the operator types it. @param {string[]} words @param {string} [typed] what is asked for */
  manage(words, typed = "") {
    const { status, stdout, stderr } = spawnSync(PROGRAM, [...words, "--data-dir", this.#data], { encoding: "utf8", input: `${typed}\n` });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  /** What receipts are checked with. */
  receiptKey() {
    return this.ask("receipt", "key", "--data-dir", this.#data).said;
  }

  async metricsText() {
    const address = this.#read(this.stderr, /metrics=(\S+)/);
    return (await fetch(`http://${address}/metrics`)).text();
  }

  /** The sum over all shards of the samples of `name` whose labels contain `label`. @param {string} name @param {string} [label] such as `what="forwarded"` */
  async metric(name, label = "") {
    const lines = (await this.metricsText()).split("\n").filter((line) => new RegExp(`^${name}[{ ]`).test(line) && line.includes(label));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
  }

  /** Media packets that left for somebody. */
  forwarded() {
    return this.metric("anteroom_media_packets_total", 'what="forwarded"');
  }

  participants() {
    return this.metric("anteroom_media_participants");
  }

  /** Files below the data folder, as path and bytes. */
  files() {
    const entries = readdirSync(this.#data, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      return { path, bytes: readFileSync(path) };
    });
  }

  /** Whether a text, or these bytes, are anywhere in its memory. @param {string | Uint8Array} text */
  remembers(text) {
    const memory = openSync(`/proc/${this.#child.pid}/mem`, "r");
    try {
      return readFileSync(`/proc/${this.#child.pid}/maps`, "utf8").split("\n").some((line) => {
        const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line) ?? [];
        if (from === undefined || to === undefined || /\[v(var|syscall|var_vclock|dso)/.test(line)) return false;
        const bytes = Buffer.alloc(parseInt(to, 16) - parseInt(from, 16));
        try {
          readSync(memory, bytes, 0, bytes.length, parseInt(from, 16));
        } catch {
          return false; // Reserved, and never used.
        }
        return bytes.includes(text);
      });
    } finally {
      closeSync(memory);
    }
  }

  /** As a service manager would: `SIGTERM` drains. @param {NodeJS.Signals} signal */
  signal(signal) {
    this.#child.kill(signal);
  }

  /** Ends it, whatever it does, and removes its data. */
  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exit = once(this.#child, "exit");
      this.#child.kill("SIGKILL");
      await exit;
    }
    rmSync(this.#data, { recursive: true });
  }

  async #open() {
    await this.#until(() => /Staff link[^]*?http\S+/.test(this.stdout) && /metrics=\S+/.test(this.stderr));
    return this;
  }

  /** @param {() => boolean} ready */
  async #until(ready) {
    while (!ready()) {
      if (this.#child.exitCode !== null) throw new Error(`${PROGRAM} has ended: ${this.stderr}`);
      await Promise.race([once(this.#child.stdout, "data"), once(this.#child.stderr, "data"), once(this.#child, "exit")]);
    }
  }

  /** @param {string} text @param {RegExp} pattern */
  #read(text, pattern) {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`no ${pattern} in what the daemon wrote`);
    return found;
  }
}
