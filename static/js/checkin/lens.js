/* Camera, torch and reader as one: opened when scanning begins, told of when there is no picture. */

import { Camera, CameraTrouble } from "./camera.js";
import { Reader } from "./reader.js";

export class Lens {
  isWanted = false;
  #camera;
  #reader;
  #finder;

  /** @param {import("./viewfinder.js").Viewfinder} finder  @param {(text: string) => void} onCode */
  constructor(video, sources, finder, onCode) {
    this.#camera = new Camera(video, () => this.open());
    this.#reader = new Reader(video, sources, onCode);
    this.#finder = finder;
    if (isSecureContext) this.#reader.warm().catch(() => {}); // told when scanning starts, if it still fails then
  }

  get isOpen() {
    return this.#camera.isOpen;
  }

  async open() {
    this.isWanted = true;
    this.#finder.drawTrouble("asking");
    try {
      await this.#camera.open();
      if (!this.isWanted) return this.#camera.close(); // left while the browser was asking
      this.#finder.drawTorch(this.#camera.torch);
      this.#finder.drawTrouble(null);
      this.#finder.hint("hint-aim");
      await this.#reader.start();
    } catch (error) {
      console.warn("There is no picture to read.", error);
      this.#reader.stop();
      this.#finder.drawTorch(null);
      this.#finder.drawTrouble(error instanceof CameraTrouble ? error.reason : "broken");
    }
  }

  close() {
    this.isWanted = false;
    this.#reader.stop();
    this.#camera.close();
  }

  async switchTorch() {
    await this.#camera.light(!this.#camera.torch).catch(() => {});
    this.#finder.drawTorch(this.#camera.torch);
  }
}
