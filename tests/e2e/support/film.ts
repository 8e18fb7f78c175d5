// Films for the camera: drawn in a page, written as the browser's fake camera reads them (YUV4MPEG2).
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { FILM } from './browser';

/** Frames of a film in a second. */
const RATE = 10;
const [WIDTH, HEIGHT] = [640, 480];

export interface Scene {
  /** Codes as the pages draw them (`outerHTML` of their `svg`), side by side; none is an empty table. */
  codes: string[];
  seconds: number;
  /** Pixels that run into each other. */
  blur?: number;
  /** Degrees. */
  tilt?: number;
  /** What is left of the light, of 1. */
  light?: number;
  /** Width of a code in pixels. */
  size?: number;
}

/** The picture that a camera takes of a scene, as a PNG. */
export async function still(page: Page, scene: Scene): Promise<Buffer> {
  const { png } = await shot(page, scene);
  return Buffer.from(png, 'base64');
}

/** Puts a film of these scenes into the camera, for whoever opens it next. */
export async function film(page: Page, scenes: Scene[]): Promise<void> {
  const file = openSync(FILM, 'w');
  try {
    writeSync(file, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${RATE}:1 Ip A1:1 C420\n`);
    const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
    for (const scene of scenes) {
      const { grey } = await shot(page, scene);
      const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(grey, 'base64'), colour]);
      for (let i = 0; i < scene.seconds * RATE; i += 1) writeSync(file, frame);
    }
  } finally {
    closeSync(file);
  }
}

/** Draws a scene on an empty page. A white spot in the corner says that something is in view. */
async function shot(page: Page, scene: Scene): Promise<{ grey: string; png: string }> {
  if (page.url() !== 'about:blank') await page.goto('about:blank');
  return page.evaluate(
    async ({ codes, blur = 0, tilt = 0, light = 1, size = 240, width, height }) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [width, height];
      const pen = canvas.getContext('2d', { willReadFrequently: true });
      if (!pen) throw new Error('no canvas');
      pen.fillStyle = '#6b5b4a';
      pen.fillRect(0, 0, width, height);
      pen.filter = `blur(${blur}px)`;
      for (const [i, code] of codes.entries()) {
        const picture = new Image(size, size);
        const named = code.replace('<svg', `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"`);
        picture.src = `data:image/svg+xml,${encodeURIComponent(named)}`;
        await picture.decode();
        pen.save();
        pen.translate((width * (i + 1)) / (codes.length + 1), height / 2);
        pen.rotate((tilt * Math.PI) / 180);
        pen.drawImage(picture, -size / 2, -size / 2, size, size);
        pen.restore();
      }
      pen.filter = 'none';
      pen.fillStyle = `rgba(0, 0, 0, ${1 - light})`;
      pen.fillRect(0, 0, width, height);
      const spot = codes.length > 0 ? '#fff' : '#000';
      pen.fillStyle = spot;
      pen.fillRect(0, 0, 24, 24);
      const { data } = pen.getImageData(0, 0, width, height);
      // A sensor is never quite still.
      let seed = 7;
      const noise = () => ((seed = (seed * 16_807) % 2_147_483_647) % 13) - 6;
      const parts: string[] = [];
      for (let y = 0; y < height; y += 1) {
        const row = Array.from({ length: width }, (_, x) => {
          const at = (y * width + x) * 4;
          const grey = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2] + noise();
          return Math.min(235, Math.max(16, Math.round(16 + grey * 0.859)));
        });
        parts.push(String.fromCharCode(...row));
      }
      return { grey: btoa(parts.join('')), png: canvas.toDataURL('image/png').split(',')[1] };
    },
    { ...scene, width: WIDTH, height: HEIGHT },
  );
}
