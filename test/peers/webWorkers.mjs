/**
 * Gives Node what a browser has and jax-js asks for: a global Worker that runs a blob: URL, and navigator's number of
 * cores, which it takes for the number of its threads. Only what jax-js uses is here.
 */
import { resolveObjectURL } from 'node:buffer';
import { Worker } from 'node:worker_threads';

const PRELUDE = `
  const { parentPort } = require('node:worker_threads');
  globalThis.self = globalThis;
  globalThis.postMessage = (message) => parentPort.postMessage(message);
  parentPort.on('message', (data) => globalThis.onmessage({ data }));
`;

class WebWorker {
  #worker;
  #started;

  constructor(url) {
    this.#started = this.#start(resolveObjectURL(url));
  }

  async #start(blob) {
    this.#worker = new Worker(PRELUDE + (await blob.text()), { eval: true });
    this.#worker.on('message', (data) => this.onmessage?.({ data }));
    this.#worker.on('error', (error) => this.onerror?.(error));
  }

  postMessage(message) {
    if (this.#worker) this.#worker.postMessage(message);
    else this.#started.then(() => this.#worker.postMessage(message));
  }
}

/** Must come before jax-js is loaded: it looks for workers as it is. */
export function offerWorkers(threads) {
  globalThis.Worker = WebWorker;
  Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: threads }, configurable: true });
}
