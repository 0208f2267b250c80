/* The camera behind the phone: opened, lit, closed. */

const WANTED = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
const TROUBLES = { NotAllowedError: "refused", SecurityError: "refused", NotReadableError: "busy", AbortError: "busy" };

/** Why there is no picture: insecure, refused, busy (another app has it) or missing. */
export class CameraTrouble extends Error {
  constructor(reason, options) {
    super(reason, options);
    this.reason = reason;
  }
}

export class Camera {
  #video;
  #onLost;
  #track = null;

  /**
   * @param {HTMLVideoElement} video
   * @param {() => void} onLost  the camera was unplugged, or its permission taken back
   */
  constructor(video, onLost) {
    this.#video = video;
    this.#onLost = onLost;
  }

  get isOpen() {
    return this.#track?.readyState === "live";
  }

  /** Null where the phone has no light or does not let a page use it. */
  get torch() {
    return this.#track?.getCapabilities?.().torch ? Boolean(this.#track.getSettings().torch) : null;
  }

  /** Asks for the camera and plays it. Throws CameraTrouble. */
  async open() {
    if (this.isOpen) return;
    if (!isSecureContext) throw new CameraTrouble("insecure");
    // Browsers inside other apps often have no camera at all.
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraTrouble("missing");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
      [this.#track] = stream.getVideoTracks();
      this.#track.addEventListener("ended", this.#onLost); // not called by our own close()
      this.#video.srcObject = stream;
      await this.#video.play();
    } catch (cause) {
      this.close();
      throw new CameraTrouble(TROUBLES[cause.name] ?? "missing", { cause });
    }
    await this.#focusContinuously();
  }

  close() {
    this.#track?.stop();
    this.#track = null;
    this.#video.srcObject = null;
  }

  async light(isOn) {
    await this.#track.applyConstraints({ advanced: [{ torch: isOn }] });
  }

  async #focusContinuously() {
    if (!this.#track.getCapabilities?.().focusMode?.includes("continuous")) return;
    await this.#track.applyConstraints({ advanced: [{ focusMode: "continuous" }] }).catch(() => {});
  }
}
