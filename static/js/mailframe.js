// A mail is shown whole: its frame is as high as the mail, at every width. Without this script the frame scrolls.
(() => {
  "use strict";
  const fit = (frame) => {
    const mail = frame.contentDocument?.documentElement;
    if (!mail?.querySelector("body > *")) return;
    frame.style.blockSize = "0";
    frame.style.blockSize = `${mail.scrollHeight + frame.offsetHeight - frame.clientHeight}px`;
  };
  for (const frame of document.querySelectorAll("iframe[data-whole]")) {
    frame.addEventListener("load", () => fit(frame));
    new ResizeObserver(([size]) => {
      if (size.contentRect.width === frame.fittedWidth) return;
      frame.fittedWidth = size.contentRect.width;
      fit(frame);
    }).observe(frame);
  }
})();
