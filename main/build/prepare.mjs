/** After `npm ci`: builds, so that `npm start` and `npx wiregrad` work at once. Where the build tools were left out, what is in out/ stays. */
import { existsSync } from 'node:fs';

const tool = new URL('../../node_modules/electron-vite/package.json', import.meta.url);
if (existsSync(tool)) await import('./build.mjs');
else process.stderr.write('wiregrad: built without its development dependencies; out/ is left as it is\n');
