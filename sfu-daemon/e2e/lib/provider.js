// Providers of identities on this machine: a real one, and one that says whatever a test wants it to say.

import { once } from "node:events";
import { createServer } from "node:http";
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

export const CLIENT = "anteroom";
/** With signs that have to be encoded. */
export const SECRET = "a secret of the tests: 100% + more";

/** A port of this machine, at which nobody answers yet. */
async function listening() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { server, issuer: `http://127.0.0.1:${port}`, stop };
}

/** A real one, which lets everybody in under the login that they type. It begins when it knows whom it serves. */
export async function realProvider() {
  const { server, issuer, stop } = await listening();
  const serve = (/** @type {string} */ redirect) => {
    const provider = new Provider(issuer, {
      clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [redirect], response_types: ["code"], grant_types: ["authorization_code"] }],
      pkce: { required: () => true },
    });
    server.on("request", provider.callback());
  };
  return { issuer, stop, serve };
}

/** One that answers every code with a token of the test's making. */
export async function forger() {
  const { server, issuer, stop } = await listening();
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "1", use: "sig", alg: "ES256" }] };
  const secret = new TextEncoder().encode(SECRET);
  /** @typedef {{ claims?: Record<string, unknown>, alg?: "ES256" | "HS256" | "none", answers?: number }} Lie */
  /** @type {{ lie: Lie, nonce: string }} */ const next = { lie: {}, nonce: "" };
  const token = async () => {
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: issuer, aud: CLIENT, sub: "ada", nonce: next.nonce, iat: now, exp: now + 600, ...next.lie.claims };
    const alg = next.lie.alg ?? "ES256";
    if (alg !== "none") return new SignJWT(claims).setProtectedHeader({ alg, kid: "1" }).sign(alg === "HS256" ? secret : privateKey);
    return `${[{ alg }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`;
  };
  server.on("request", async (request, response) => {
    const path = new URL(request.url ?? "/", issuer).pathname;
    const said = {
      "/.well-known/openid-configuration": () => ({ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` }),
      "/jwks": () => jwks,
      "/token": async () => ({ access_token: "canary-access", token_type: "Bearer", id_token: await token() }),
    }[path];
    response.writeHead(path === "/token" ? (next.lie.answers ?? 200) : 200, { "content-type": "application/json" });
    response.end(JSON.stringify((await said?.()) ?? {}));
  });
  return { issuer, stop, next };
}
