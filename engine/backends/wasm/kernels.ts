/**
 * Which build of the kernels runs here. One multiplies and adds with one rounding, which takes relaxed SIMD, and a machine
 * that rounds once: half as fast again. The choice depends on the machine alone, never on a measurement, so that the same
 * training gives the same bits every time.
 */
import { setFlagsFromString } from 'node:v8';
import { compileKernels, createMemory, instantiate, isValid, type CompiledModule } from './webAssembly';

/** The kernels, built without and with relaxed SIMD. */
export interface KernelBytes {
  readonly plain: Uint8Array;
  readonly fused: Uint8Array;
}

const TRIAL_PAGES = 32;

export async function chooseKernels({ plain, fused }: KernelBytes): Promise<CompiledModule> {
  // Node 20 has the final instructions behind a flag; later ones have them anyway and know the flag no longer.
  if (!isValid(fused)) setFlagsFromString('--experimental-wasm-relaxed-simd');
  if (isValid(fused)) {
    const module = await compileKernels(fused);
    if (instantiate(module, createMemory(TRIAL_PAGES)).fuses()) return module;
  }
  return compileKernels(plain);
}
