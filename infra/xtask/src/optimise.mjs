// `wasm-opt -Oz` for many modules in one process: starting it takes longer than most of the parts do.
// node optimise.mjs BINARYEN FILE...: each file is replaced.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [library, ...files] = process.argv.slice(2);
const { default: binaryen } = await import(pathToFileURL(library).href);
const { Features } = binaryen;

/** What rustc emits for wasm32 and every browser of the last years runs. The modules do not say it themselves. */
const FEATURES =
  Features.BulkMemory |
  Features.BulkMemoryOpt |
  Features.CallIndirectOverlong |
  Features.Multivalue |
  Features.MutableGlobals |
  Features.NontrappingFPToInt |
  Features.ReferenceTypes |
  Features.SignExt;

binaryen.setOptimizeLevel(2);
binaryen.setShrinkLevel(2);
for (const file of files) {
  const module = binaryen.readBinary(readFileSync(file));
  module.setFeatures(FEATURES);
  module.runPasses(['strip-debug', 'strip-producers']);
  module.optimize();
  writeFileSync(file, module.emitBinary());
  module.dispose();
}
