/* A worker that finds QR codes in pictures: with the browser's own detector where it has one for them, else with
   zxing, which it loads from our own origin (left alone, that library would fetch its wasm from a CDN). */

const FORMATS = { formats: ["qr_code"] };

let detector;
let sources;

addEventListener("message", async ({ data }) => {
  try {
    if (data.sources) {
      sources = data.sources;
      detector = (data.isNativeTrusted && (await native())) || (await zxing());
      postMessage({ isReady: true });
    } else {
      postMessage({ texts: await find(data.image) });
    }
  } catch (error) {
    postMessage({ problem: String(error) });
  }
});

async function find(image) {
  let codes;
  try {
    codes = await detector.detect(image);
  } catch {
    // Some phones promise a detector and then have none.
    detector = await zxing();
    codes = await detector.detect(image);
  }
  const distance = ({ boundingBox: box }) =>
    Math.hypot(box.x + box.width / 2 - image.width / 2, box.y + box.height / 2 - image.height / 2);
  return codes.sort((one, other) => distance(one) - distance(other)).map((code) => code.rawValue);
}

async function native() {
  try {
    const formats = await self.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new self.BarcodeDetector(FORMATS) : null;
  } catch {
    return null;
  }
}

async function zxing() {
  if (!self.BarcodeDetectionAPI) importScripts(sources.zxing);
  const { BarcodeDetector, prepareZXingModule } = self.BarcodeDetectionAPI;
  await prepareZXingModule({
    overrides: { locateFile: (path, folder) => (path.endsWith(".wasm") ? sources.wasm : folder + path) },
    fireImmediately: true,
  });
  return new BarcodeDetector(FORMATS);
}
