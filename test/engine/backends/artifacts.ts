/** The built kernels and worker script, for tests to start the wasm backend with; built where they are missing or older than their sources. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { main as asc } from 'assemblyscript/asc';
import { build } from 'vite';
import type { WorkerSource } from '../../../engine/backends/wasm/wasm';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const sources = join(root, 'engine/backends/wasm');
const kernels = { plain: join(root, 'out/kernels.wasm'), fused: join(root, 'out/kernels-fused.wasm') } as const;
const cache = join(root, 'node_modules/.cache/wiregrad');
const worker = join(cache, 'worker.mjs');

function isStale(built: string): boolean {
  if (!existsSync(built)) return true;
  const age = statSync(built).mtimeMs;
  return readdirSync(sources, { recursive: true, withFileTypes: true }).some(
    (file) => statSync(join(file.parentPath, file.name)).mtimeMs > age
  );
}

/** Builds into a folder of this process alone and moves the result into place, since test files run side by side. */
async function put(built: string, make: (path: string) => Promise<void>): Promise<void> {
  const own = join(cache, String(process.pid));
  mkdirSync(own, { recursive: true });
  mkdirSync(dirname(built), { recursive: true });
  await make(join(own, basename(built)));
  renameSync(join(own, basename(built)), built);
  rmSync(own, { recursive: true });
}

async function compileKernels(path: string, target: keyof typeof kernels): Promise<void> {
  const options = ['--config', 'engine/asconfig.json', '--target', target, '--baseDir', root];
  const { error, stderr } = await asc([...options, '--outFile', relative(root, path)]);
  if (error) throw new Error(stderr.toString());
}

async function bundleWorker(path: string): Promise<void> {
  const rolldownOptions = { output: { entryFileNames: basename(path) } };
  const options = { ssr: join(sources, 'worker.ts'), outDir: dirname(path), emptyOutDir: false, rolldownOptions };
  await build({ root, configFile: false, logLevel: 'error', build: options });
}

/** What `createWasmBackend` asks for. */
export async function wasmWorkers(): Promise<WorkerSource> {
  for (const target of ['plain', 'fused'] as const) {
    if (isStale(kernels[target])) await put(kernels[target], (path) => compileKernels(path, target));
  }
  if (isStale(worker)) await put(worker, bundleWorker);
  return { url: pathToFileURL(worker), kernels: { plain: readFileSync(kernels.plain), fused: readFileSync(kernels.fused) } };
}
