// One of the servers in `examples`, as `cargo build --workspace --all-targets` left it, on a port that the system chooses.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
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

const WEB = new URL("../../web/", import.meta.url);

/** An empty page of another origin than any server here, which may load the page's own modules. @param {{ after(end: () => unknown): void }} t @param {string} [address] of this machine
 * @param {Record<string, string>} [scripts] by path, beside them @returns {Promise<string>} */
export async function elsewhere(t, address = "127.0.0.1", scripts = {}) {
  const server = createServer(({ url = "/" }, response) => {
    const script = scripts[url] ?? (url.endsWith(".js") ? readFileSync(new URL(`.${url}`, WEB)) : null);
    response.setHeader("content-type", script === null ? "text/html" : "text/javascript").end(script ?? "<!doctype html><title>Elsewhere</title>");
  });
  t.after(() => server.close().closeAllConnections());
  await once(server.listen(0, address), "listening");
  return `http://${address}:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`;
}
