/** Chooses and keeps the backends of a session: one of each kind, made when first asked for. */
import type { Precision } from '../base/dtypes';
import { EngineError } from '../base/errors';
import type { BackendName } from '../base/report';
import type { Backend } from '../backends/backend';
import { referenceBackend } from '../backends/reference/reference';
import { createWasmBackend, type WorkerSource } from '../backends/wasm/wasm';

export interface BackendOptions {
  /** Where the worker script and the kernels are; without them only `reference` can run. */
  readonly workers?: WorkerSource;
  readonly threads?: number;
}

export class Backends {
  private readonly reference = referenceBackend();
  private wasm: Promise<Backend> | undefined;

  constructor(private readonly options: BackendOptions = {}) {}

  /**
   * The backend asked for, or the fastest of `precision` (default float32). `reference` always computes in float64.
   * Throws EngineError `unknown-backend`, or `precision` for float64 on `wasm`.
   */
  async get(name?: BackendName, precision?: Precision): Promise<Backend> {
    if (name !== undefined && name !== 'reference' && name !== 'wasm') {
      throw new EngineError({ code: 'unknown-backend', message: `there is no backend ${String(name)}`, hint: 'choose reference or wasm' });
    }
    if (name === 'wasm' && precision === 'float64') {
      throw new EngineError({
        code: 'precision',
        message: 'the wasm backend computes in float32',
        hint: 'choose the reference backend for float64'
      });
    }
    const { workers, threads } = this.options;
    if (name === 'reference' || precision === 'float64' || (!workers && name !== 'wasm')) return this.reference;
    if (!workers)
      throw new EngineError({
        code: 'no-kernels',
        message: 'the kernels of the wasm backend are not built',
        hint: 'run npm run build, or choose the reference backend'
      });
    return (this.wasm ??= createWasmBackend({ workers, ...(threads !== undefined && { threads }) }));
  }

  /** Forgets a backend whose threads died, so that the next run starts anew. */
  drop(): void {
    const dead = this.wasm;
    this.wasm = undefined;
    void dead?.then(
      (backend) => backend.dispose(),
      () => undefined
    );
  }

  dispose(): void {
    this.drop();
  }
}
