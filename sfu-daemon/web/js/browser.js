// Which browser this is, as far as its people need other words or other steps. Guessing from the user agent string is only for help texts.

/** @typedef {"ios" | "android" | "computer-chrome" | "computer-firefox" | "computer-safari"} BrowserKind */

/** Apps that show web pages in a window of their own, where cameras fail. */
const IN_APP = /FBAN|FBAV|FB_IAB|Instagram|MicroMessenger|\bLine\/|Snapchat|musical_ly|BytedanceWebview|TikTok|Twitter|LinkedInApp|WhatsApp|; wv\)/;

/** @param {string} agent @param {boolean} touch whether it is a touch screen: iPads say they are Macs @returns {BrowserKind} */
export function browserKind(agent, touch) {
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touch)) return "ios";
  if (/Android/.test(agent)) return "android";
  if (/Firefox\//.test(agent)) return "computer-firefox";
  return /Chrom(e|ium)\//.test(agent) ? "computer-chrome" : "computer-safari";
}

/** Whether the page was opened inside another app. @param {string} agent */
export function inApp(agent) {
  return IN_APP.test(agent);
}

/** Why this browser cannot make a call, if it cannot. @returns {"insecure" | "old" | null} */
export function cannotCall() {
  if (typeof RTCPeerConnection === "undefined") return "old";
  if (!isSecureContext) return "insecure";
  return "mediaDevices" in navigator && "RTCRtpScriptTransform" in globalThis ? null : "old"; // There is no call in clear.
}

/** Such as "Firefox, Windows": for those who see several of them. @param {string} agent */
export function browserName(agent) {
  const found = (/** @type {[RegExp, string][]} */ kinds) => kinds.find(([pattern]) => pattern.test(agent))?.[1] ?? "?";
  const browser = found([[/Edg\//, "Edge"], [/Firefox\/|FxiOS/, "Firefox"], [/Chrom(e|ium)\/|CriOS/, "Chrome"], [/Safari\//, "Safari"]]);
  return `${browser}, ${found([[/iPhone|iPad/, "iOS"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS/, "macOS"], [/CrOS/, "ChromeOS"], [/Linux/, "Linux"]])}`;
}
