// A real mail server (nodemailer's) on a port that the system chooses, which keeps what it was sent; and its certificate.

import { execFileSync } from "node:child_process";
import { EventEmitter, on, once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

/** @typedef {import("mailparser").ParsedMail & { secure: boolean, to: string[] }} Mail `to`: whom the envelope named */

/** A certificate for `localhost` and its key, in a folder of their own. */
export function certificate() {
  const folder = mkdtempSync(join(tmpdir(), "anteroom-certificate-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost", "-days", "2",
    "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { path: cert, cert: readFileSync(cert), key: readFileSync(key), forget: () => rmSync(folder, { recursive: true }) };
}

export class Mailbox {
  /** @type {Mail[]} */ mails = [];
  /** How many of the next connections are sent away. */ busy = 0;
  #news = new EventEmitter();
  #server;

  /** @param {import("smtp-server").SMTPServerOptions} options */
  constructor(options) {
    this.#server = new SMTPServer({
      ...options,
      onConnect: (_, done) => {
        if (this.busy === 0) return done();
        this.busy -= 1;
        done(Object.assign(new Error("try later"), { responseCode: 421 }));
      },
      onRcptTo: ({ address }, _, done) => done(address.startsWith("nobody") ? Object.assign(new Error(`no ${address} here`), { responseCode: 550 }) : null),
      onData: (stream, session, done) => void simpleParser(stream).then((mail) => {
        this.mails.push(Object.assign(mail, { secure: session.secure, to: session.envelope.rcptTo.map(({ address }) => address) }));
        this.#news.emit("mail");
        done();
      }),
    });
    this.#server.on("error", () => {}); // Who hangs up early is not the test's affair.
  }

  /** @param {import("smtp-server").SMTPServerOptions} options */
  static async open(options) {
    const mailbox = new Mailbox(options);
    const listening = once(mailbox.#server.server, "listening");
    mailbox.#server.listen(0, "127.0.0.1");
    await listening;
    return mailbox;
  }

  get port() {
    return /** @type {import("node:net").AddressInfo} */ (this.#server.server.address()).port;
  }

  /** The first mail that fits, now or later. @param {(mail: Mail) => boolean} fits */
  async mail(fits) {
    const found = () => this.mails.find(fits);
    if (found() === undefined) for await (const _ of on(this.#news, "mail", { signal: AbortSignal.timeout(20_000) })) if (found() !== undefined) break;
    return /** @type {Mail} */ (found());
  }

  close() {
    return new Promise((resolve) => this.#server.close(() => resolve(null)));
  }
}
