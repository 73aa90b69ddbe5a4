/** Which Python has PyTorch. */
import { execFile } from 'node:child_process';
import { EngineError } from '../../base/errors';

const CANDIDATES = ['python3', '/usr/bin/python3', 'python'];
/** Looks for the packages without the seconds that importing them takes. */
const PROBE = 'import importlib.util, sys; sys.exit(0 if all(map(importlib.util.find_spec, ["torch", "numpy"])) else 3)';
const PROBE_MS = 20_000;

export const INSTALL_HINT =
  'install it, with apt-get install python3-torch or pip install torch numpy, or set WIREGRAD_PYTHON=/path/to/python to the Python that has it';

/**
 * The program that WIREGRAD_PYTHON names in `environment`, else the first of python3, /usr/bin/python3 and python that has
 * PyTorch and NumPy. Throws EngineError `no-torch` that says what was tried.
 */
export async function findPython(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const named = environment['WIREGRAD_PYTHON'];
  const found: string[] = [];
  for (const candidate of named ? [named] : CANDIDATES) {
    const problem = await problemOf(candidate, environment);
    if (problem === null) return candidate;
    found.push(`${candidate} ${problem}`);
  }
  throw new EngineError({ code: 'no-torch', message: `no Python with PyTorch was found: ${found.join(', ')}`, hint: INSTALL_HINT });
}

function problemOf(python: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(python, ['-c', PROBE], { env, timeout: PROBE_MS }, (error) => {
      if (!error) resolve(null);
      else if (error.code === 3) resolve('has no PyTorch or no NumPy');
      else resolve(typeof error.code === 'string' ? 'is not there' : 'does not start');
    });
  });
}
