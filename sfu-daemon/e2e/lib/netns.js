// Bad networks to order: a browser behind a router of its own, made of network namespaces, veth pairs and nftables.
//
//   this machine ─ server_address ═══ outside ─ router ─ inside ═══ the person's namespace
//
// The router translates addresses as a home router does, and loses, delays by a narrow link, or blocks what it is told to.
// All of it needs root, lives outside this machine's own configuration (but for one end of a veth pair), and goes away with the process.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { constants, tmpdir } from "node:os";
import { basename, join } from "node:path";

/** Names of ours start so, and then say whose process they belong to. An interface's name has 15 characters at most. */
const PREFIX = "anr";
/** From 198.18.0.0/15, which RFC 2544 keeps for tests of networks. Processes share the 256 pairs of /28 networks below it. */
const NETWORK = "198.18";
/** Ports that the router gives out to UDP before and after it has forgotten its mappings. */
const PORTS = ["20000-29999", "30000-39999"];
/** How long the queue of a narrow link may get. */
const QUEUE = "300ms";
/** What passes it at once: one packet, as on a wire. More would let probes of the network through that find it wide. */
const BURST = "2kb";

export class Network {
  /** The address at which the person reaches this machine. @type {string} */ server_address;
  /** The namespaces. */ #person = `${PREFIX}${process.pid}p`;
  #router = `${PREFIX}${process.pid}r`;
  /** The end of a veth pair that is on this machine. */ #host = `${PREFIX}${process.pid}h`;
  /** The address by which this machine knows the person. @type {string} */ #outside_address;
  #folder = mkdtempSync(join(tmpdir(), `${PREFIX}-`));
  #mappings = 0;
  #closed = false;

  /** Why there can be none here, or `false`. */
  static unavailable() {
    if (process.getuid?.() !== 0) return "network namespaces need root";
    try {
      const probe = `${PREFIX}${process.pid}t`;
      run("ip", "netns", "add", probe);
      try {
        run("ip", "netns", "exec", probe, "nft", "add table ip probe; add chain ip probe c; add rule ip probe c numgen random mod 2 < 1 drop");
      } finally {
        run("ip", "netns", "del", probe);
      }
      return false;
    } catch (error) {
      return `this machine gives no network namespaces with nftables: ${/** @type {Error} */ (error).message}`;
    }
  }

  constructor() {
    removeLeftovers();
    const third = process.pid % 256;
    const [inside, person] = [`${NETWORK}.${third}.17`, `${NETWORK}.${third}.18`];
    this.server_address = `${NETWORK}.${third}.1`;
    this.#outside_address = `${NETWORK}.${third}.2`;
    process.once("exit", () => this.close());
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
      process.once(signal, () => process.exit(128 + constants.signals[signal]));
    }
    for (const namespace of [this.#person, this.#router]) {
      run("ip", "netns", "add", namespace);
      run("ip", "-n", namespace, "link", "set", "lo", "up");
    }
    run("ip", "link", "add", this.#host, "type", "veth", "peer", "name", "outside", "netns", this.#router);
    run("ip", "link", "add", "inside", "netns", this.#router, "type", "veth", "peer", "name", "eth0", "netns", this.#person);
    this.#address([], this.#host, this.server_address);
    this.#address(["-n", this.#router], "outside", this.#outside_address);
    this.#address(["-n", this.#router], "inside", inside);
    this.#address(["-n", this.#person], "eth0", person);
    run("ip", "-n", this.#person, "route", "add", "default", "via", inside);
    this.#inRouter("sysctl", "-qw", "net.ipv4.ip_forward=1");
    this.#nft(`
      table ip home {
        counter to_person { }
        chain count { type filter hook forward priority filter - 1; oifname inside meta l4proto udp counter name to_person; }
        chain trouble { type filter hook forward priority filter; }
        chain translate { type nat hook postrouting priority srcnat; }
      }`);
    this.#translate();
  }

  /** A program that starts `program` in the person's namespace. @param {string} program */
  behind(program) {
    const path = join(this.#folder, basename(program));
    writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${this.#person} ${program} "$@"\n`);
    chmodSync(path, 0o700);
    return path;
  }

  /** A port of this machine's loopback address that leads to the same port of the person's. @returns {Promise<number>} */
  async passage() {
    const server = createServer((socket) => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      const inside = `process.stdin.pipe(require("node:net").connect(${port}, "127.0.0.1")).pipe(process.stdout)`;
      const { stdin, stdout } = spawn("ip", ["netns", "exec", this.#person, process.execPath, "--eval", inside], { stdio: ["pipe", "pipe", "ignore"] });
      for (const end of [socket, stdin, stdout]) end.on("error", () => socket.destroy()); // One of both sides has gone.
      socket.pipe(stdin);
      stdout.pipe(socket);
    });
    server.unref();
    await once(server.listen(0, "127.0.0.1"), "listening");
    return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
  }

  /** Loses this many percent of the packets, each way. @param {number} percent */
  lose(percent) {
    this.#trouble(`numgen random mod 1000 < ${Math.round(percent * 10)} drop`);
  }

  /** Passes TCP only, as some firewalls do: without a word about what is lost. */
  blockUdp() {
    this.#trouble("meta l4proto udp drop");
  }

  /** Passes nothing. */
  cut() {
    this.#trouble("drop");
  }

  /** Passes everything again. */
  mend() {
    this.#trouble();
    if (this.#inRouter("tc", "qdisc", "show", "dev", "inside").includes("tbf")) this.#inRouter("tc", "qdisc", "del", "dev", "inside", "root");
  }

  /** What goes to the person passes a link of this width. @param {number} kbit per second */
  narrow(kbit) {
    this.#inRouter("tc", "qdisc", "replace", "dev", "inside", "root", "tbf", "rate", `${kbit}kbit`, "burst", BURST, "latency", QUEUE);
  }

  /** The router forgets its mappings, and gives UDP other ports from now on. TCP keeps its own, so that nothing else breaks. */
  rebind() {
    this.#mappings += 1;
    this.#translate();
    // The kernel forgets the mappings of an address that goes.
    run("ip", "-n", this.#router, "address", "del", `${this.#outside_address}/28`, "dev", "outside");
    run("ip", "-n", this.#router, "address", "add", `${this.#outside_address}/28`, "dev", "outside");
  }

  /** How many mappings for UDP the router has made since it forgot the others. */
  mappings() {
    const found = /packets (\d+)/.exec(this.#inRouter("nft", "list", "chain", "ip", "home", "translate"));
    return Number(found?.[1]); // The translation sees the first packet of each.
  }

  /** How many UDP packets this machine has sent to the person so far, whether they passed or not. */
  sentToPerson() {
    const found = /packets (\d+)/.exec(this.#inRouter("nft", "list", "counter", "ip", "home", "to_person"));
    return Number(found?.[1]);
  }

  /** Ends every program of the person as a flat battery would, and nothing says goodbye in their place. */
  die() {
    this.cut();
    for (const pid of run("ip", "netns", "pids", this.#person).split("\n").filter(Boolean)) process.kill(Number(pid), "SIGKILL");
  }

  /** Takes all of it away. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    removeInterface(this.#host); // At once: what goes with a namespace goes some time later, in the middle of another test.
    for (const namespace of [this.#person, this.#router]) removeNamespace(namespace);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** @param {string[]} where @param {string} device @param {string} address */
  #address(where, device, address) {
    // Without IPv6's own addresses: such a one becomes valid a second or two later, and browsers drop all that is on its way when a
    // machine's addresses change.
    run("ip", ...where, "link", "set", device, "addrgenmode", "none");
    run("ip", ...where, "address", "add", `${address}/28`, "dev", device);
    // Segments leave one by one, as they do on a wire: a lost packet must be one packet.
    run("ip", ...where, "link", "set", device, "up", "gso_max_segs", "1");
  }

  #translate() {
    const ports = PORTS[this.#mappings % PORTS.length];
    this.#nft(`flush chain ip home translate
      add rule ip home translate oifname outside meta l4proto udp counter masquerade to :${ports}
      add rule ip home translate oifname outside masquerade`);
  }

  /** @param {string} [rule] */
  #trouble(rule) {
    this.#nft(`flush chain ip home trouble\n${rule === undefined ? "" : `add rule ip home trouble ${rule}`}`);
  }

  /** @param {string} ruleset */
  #nft(ruleset) {
    execFileSync("ip", ["netns", "exec", this.#router, "nft", "-f", "-"], { input: ruleset });
  }

  /** @param {string[]} command */
  #inRouter(...command) {
    return run("ip", "netns", "exec", this.#router, ...command);
  }
}

/** @param {string} program @param {string[]} flags @returns {string} what it wrote */
function run(program, ...flags) {
  return execFileSync(program, flags, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** What a process left that was killed. */
function removeLeftovers() {
  const names = run("ip", "netns", "list").split("\n").map((line) => line.split(" ")[0] ?? "");
  for (const name of names) {
    const pid = new RegExp(`^${PREFIX}(\\d+)[prt]$`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) removeNamespace(name);
  }
}

/** @param {string} name */
function removeInterface(name) {
  try {
    run("ip", "link", "del", name);
  } catch {
    // It was not made.
  }
}

/** Its interfaces, and the other ends of their pairs, go as well. @param {string} name */
function removeNamespace(name) {
  try {
    run("ip", "netns", "del", name);
  } catch {
    // It was not made, or is gone already.
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
