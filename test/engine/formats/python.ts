/** NumPy and PyTorch as judges, where the machine has them. */
import { spawnSync } from 'node:child_process';

export const PYTHON = '/usr/bin/python3';

/** Whether Python can import `module`; says what is skipped, and how to get it, where it cannot. */
export function hasPython(module: 'numpy' | 'torch' | 'onnx', what: string): boolean {
  if (spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0) return true;
  const name = { numpy: 'NumPy', torch: 'PyTorch', onnx: 'ONNX' }[module];
  process.stderr.write(`${what} skipped: ${name} not found, apt-get install python3-${module}\n`);
  return false;
}

/** What `script` prints as JSON; `args` are its sys.argv[1:]. */
export function runPython(script: string, ...args: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
