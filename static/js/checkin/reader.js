/* Reads codes from a playing video: takes the middle of its picture some times a second and has the worker look. */

const EVERY_MS = 80;
const SIDE = 720; // pixels of the square that is looked at
const HANGS_AFTER_MS = 3000;

export class Reader {
  #video;
  #sources;
  #onCode;
  #worker = null;
  #isReady = null;
  #isNativeTrusted = true;
  #turn = 0;
  #canvas = document.createElement("canvas");

  /**
   * @param {HTMLVideoElement} video
   * @param {{decoder: string, zxing: string, wasm: string}} sources  addresses on our own origin
   * @param {(text: string) => void} onCode
   */
  constructor(video, sources, onCode) {
    this.#video = video;
    this.#sources = sources;
    this.#onCode = onCode;
  }

  /** Loads the decoder, so that the first code is read as fast as the next. Throws when it cannot. */
  warm() {
    this.#isReady ??= this.#ask({ sources: this.#sources, isNativeTrusted: this.#isNativeTrusted }, 30_000).catch((error) => {
      this.#drop();
      throw error;
    });
    return this.#isReady;
  }

  /** Reads until stop(). Throws when the decoder cannot be loaded. */
  async start() {
    this.#turn += 1;
    const turn = this.#turn;
    await this.warm();
    while (turn === this.#turn) {
      const began = performance.now();
      const texts = await this.#look();
      if (turn === this.#turn && texts.length > 0) this.#onCode(texts[0]);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, EVERY_MS - (performance.now() - began))));
    }
  }

  stop() {
    this.#turn += 1;
  }

  async #look() {
    const { videoWidth: width, videoHeight: height, readyState } = this.#video;
    if (readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !width || document.hidden) return [];
    try {
      const image = this.#middle(width, height);
      await this.warm();
      return (await this.#ask({ image }, HANGS_AFTER_MS, [image.data.buffer])).texts;
    } catch (error) {
      console.warn("A picture could not be read.", error);
      return [];
    }
  }

  #middle(width, height) {
    const cut = Math.min(width, height);
    const side = Math.min(cut, SIDE);
    if (this.#canvas.width !== side) this.#canvas.width = this.#canvas.height = side;
    // Kept in main memory: every picture is read back.
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(this.#video, (width - cut) / 2, (height - cut) / 2, cut, cut, 0, 0, side, side);
    return context.getImageData(0, 0, side, side);
  }

  /** One question to the worker. A native detector that hangs (it does, after a call or a nap) is not asked again. */
  #ask(message, patience, transfer = []) {
    this.#worker ??= new Worker(this.#sources.decoder);
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#isNativeTrusted = false;
        this.#drop();
        reject(new Error("the decoder hangs"));
      }, patience);
      worker.onmessage = ({ data }) => {
        clearTimeout(timer);
        if (data.problem) reject(new Error(data.problem));
        else resolve(data);
      };
      worker.onerror = (event) => {
        clearTimeout(timer);
        reject(new Error(event.message ?? "the decoder did not load"));
      };
      worker.postMessage(message, transfer);
    });
  }

  #drop() {
    this.#worker?.terminate();
    this.#worker = this.#isReady = null;
  }
}
