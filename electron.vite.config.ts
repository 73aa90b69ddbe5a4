/**
 * Everything that runs, built into out/: `main/` holds one program per entry (all for plain Node too, so that the command
 * line and the server need no Electron), `preload/` and `renderer/` the window. Libraries are bundled; only Electron and
 * Node's own modules are imported at run time.
 */
import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { digitOutlines } from './main/build/digitOutlines.ts';

/** What Electron 22 has, the oldest that the desktop app is tried in. Its main process knows CommonJS alone. */
const NODE_TARGET = 'node16';
const PAGE_TARGET = 'chrome100';

/**
 * rete-vue-plugin adds <style> elements for its stock nodes when it is loaded. We draw nodes of our own, and the page's
 * policy refuses such styles; without them it has nothing to complain of.
 */
function withoutStockStyles(): Plugin {
  const insertion = 'function ___$insertStylesToHeader(css) {';
  return {
    name: 'wiregrad:without-stock-styles',
    transform(code, id) {
      if (!id.includes('/rete-vue-plugin/')) return null;
      if (!code.includes(insertion)) this.error('rete-vue-plugin adds its styles in a new way');
      return { code: code.replace(insertion, `${insertion}\n  return;`), map: null };
    }
  };
}

export default defineConfig({
  main: {
    publicDir: false,
    plugins: [digitOutlines()],
    // The optional native parts of ws are not installed; without this it would look for them at run time.
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
    build: {
      outDir: 'out/main',
      target: NODE_TARGET,
      externalizeDeps: false,
      rolldownOptions: {
        input: {
          electron: resolve('main/electron/index.ts'),
          server: resolve('main/server/index.ts'),
          cli: resolve('main/cli/index.ts'),
          start: resolve('main/start/index.ts'),
          engine: resolve('engine/host/start.ts'),
          engineProcess: resolve('engine/host/process.ts'),
          worker: resolve('engine/backends/wasm/worker.ts')
        },
        // Packaged programs lie outside of the archive and thereby of package.json's "type", so the name must say it.
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' }
      }
    }
  },
  preload: {
    publicDir: false,
    build: {
      outDir: 'out/preload',
      target: NODE_TARGET,
      rolldownOptions: {
        input: { index: resolve('main/electron/preload.ts') },
        // A sandboxed preload script is CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: 'renderer',
    publicDir: false,
    plugins: [vue(), withoutStockStyles()],
    worker: { format: 'es' },
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      target: PAGE_TARGET,
      minify: 'oxc',
      // An inlined asset would be a data: address, which the page's policy refuses for everything but images.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 4096,
      rolldownOptions: { input: { index: resolve('renderer/index.html') } }
    }
  }
});
