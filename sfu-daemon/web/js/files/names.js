// Names and kinds of files as a stranger wrote them, made fit for this device: what is shown, and under which name it is saved.

const CHARS_MAX = 100;
const ENDING_CHARS_MAX = 10;
/** Names that Windows gives to devices. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/iu;
/** Endings that a double click runs, or that a browser or an office program may run. */
const RUNS = new Set(("ade adp apk app appimage appref-ms application appx bat bin bz2exe cab chm cmd com command cpl crx deb desktop dll dmg docm dotm elf exe gadget hta htm html iso img inf ins iqy isp jar js jse jnlp ksh "
  + "library-ms lnk mde msc msh msi msix mjs msp mst mht mhtml osx out paf pif pkg potm ppam ppsm pptm ps1 ps1xml ps2 psc1 py pyc pyw rb reg rpm run scf scpt scr sct settingcontent-ms sh shb shtml sldm slk svg svgz swf sys theme url vb vbe vbs "
  + "vhd vhdx vxd website wiz ws wsc wsf wsh xap xht xhtml xlam xlsb xlsm xltm xml xsl xslt zsh").split(" "));

/** A name without folders, tricks or endings that only seem so. @param {string} name as the sender's page gave it @param {string} nameless what a file without a name is called */
export function safeName(name, nameless) {
  const plain = name
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "") // Control characters, NUL, and what turns the direction of writing.
    .replace(/[\\/:*?"<>|]/g, "_")
    .replace(/\s+/gu, " ")
    .replace(/^[. ~]+|[. ]+$/g, "");
  const dot = plain.lastIndexOf(".");
  const has_ending = 0 < dot && plain.length - dot - 1 <= ENDING_CHARS_MAX;
  const [stem, ending] = has_ending ? [plain.slice(0, dot).trimEnd(), plain.slice(dot)] : [plain, ""];
  const first = (stem.split(".")[0] ?? "").trimEnd();
  const short = [...(RESERVED.test(first) ? `_${stem}` : stem)].slice(0, CHARS_MAX - ending.length).join("");
  return short === "" || short === "_" ? `${nameless}${ending}` : `${short}${ending}`;
}

/** What a file is, by its first bytes. @type {[string, (bytes: Uint8Array) => boolean][]} */
const MAGIC = [
  ["pdf", (bytes) => begins(bytes, "%PDF-")],
  ["png", (bytes) => begins(bytes, "\x89PNG\r\n")],
  ["jpeg", (bytes) => begins(bytes, "\xff\xd8\xff")],
  ["gif", (bytes) => begins(bytes, "GIF8")],
  ["webp", (bytes) => begins(bytes, "RIFF") && begins(bytes.subarray(8), "WEBP")],
  ["program", (bytes) => begins(bytes, "MZ") || begins(bytes, "\x7fELF") || begins(bytes, "#!") || ["\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "\xca\xfe\xba\xbe", "\x00asm", "dex\n"].some((magic) => begins(bytes, magic))],
  ["markup", (bytes) => /^\s*<(!doctype|html|script|svg|\?xml|iframe|body|head|!--)/i.test(text(bytes))],
];
/** Endings of what can be told by its first bytes. @type {Record<string, string>} */
const ENDINGS = { pdf: "pdf", png: "png", jpg: "jpeg", jpeg: "jpeg", gif: "gif", webp: "webp" };

/** Whether to warn before this is opened: it can do something by itself, or it is not what its name says. @param {string} name safe @param {Uint8Array} start the first bytes @returns {"runs" | "disguised" | null} */
export function dangerOf(name, start) {
  const ending = (/\.([^.]*)$/.exec(name)?.[1] ?? "").toLowerCase();
  const is = MAGIC.find(([, fits]) => fits(start))?.[0] ?? null;
  if (RUNS.has(ending) || is === "program" || is === "markup") return "runs";
  const claims = ENDINGS[ending] ?? null;
  return claims !== null && claims !== is ? "disguised" : null;
}

/** @param {Uint8Array} bytes @param {string} magic */
function begins(bytes, magic) {
  return magic.length <= bytes.length && [...magic].every((char, at) => bytes[at] === char.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
function text(bytes) {
  const skip = begins(bytes, "\xef\xbb\xbf") ? 3 : 0;
  return Array.from(bytes.subarray(skip, skip + 512), (byte) => String.fromCharCode(byte)).join("").replaceAll("\0", "");
}
