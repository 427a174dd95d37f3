// One of the servers in `examples`, as `cargo build --workspace --all-targets` left it, on a port that the system chooses.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { TARGET } from "./daemon.js";

/** Resolves when it serves, with the link that it invites to. @param {{ after(end: () => unknown): void }} t @param {string} name @param {string[]} [flags] @returns {Promise<string>} */
export async function serve(t, name, flags = ["127.0.0.1:0"]) {
  const server = spawn(join(TARGET, "debug", "examples", name), flags, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill());
  const [invitation] = await Promise.race([once(createInterface(server.stdout), "line"), once(server, "exit")]);
  const link = /http:\S+/.exec(String(invitation))?.[0];
  if (link === undefined) throw new Error(`${name} serves nothing: ${invitation}`);
  return link;
}
