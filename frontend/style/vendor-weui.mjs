// Makes weui.css from the npm package: node vendor-weui.mjs <weui>/dist/style/weui.min.css > weui.css
// Font sizes become multiples of --fs, so that the reader's text size reaches every widget.
import { readFileSync } from "node:fs";
const css = readFileSync(process.argv[2], "utf8");
process.stdout.write(css.replace(/font-size:(\d+(?:\.\d+)?)px/g, (all, px) => (px === "0" ? all : `font-size:calc(${px}px*var(--fs,1))`)));
