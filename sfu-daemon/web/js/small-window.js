// The other person's picture in a small window over everything else, where the browser has that (Picture-in-Picture).

/** Whether this browser can, and there is a picture. */
export function canShrink() {
  return document.pictureInPictureEnabled === true && picture() !== null;
}

/** Opens the window, or closes it. @returns {Promise<boolean>} false if the browser refused */
export async function shrink() {
  try {
    if (document.pictureInPictureElement !== null) await document.exitPictureInPicture();
    else await picture()?.requestPictureInPicture();
    return true;
  } catch {
    return false;
  }
}

/** @returns {HTMLVideoElement | null} */
function picture() {
  return document.querySelector('video[data-video="screen"], video[data-video="remote"]:not([hidden])');
}
