/** README.md of an exported project. */
import type { Document } from '../../document/types';

export function readmeText({ name }: Document): string {
  return `# ${name.replace(/\s+/g, ' ')}

A network drawn with Wiregrad, as a PyTorch project. It needs Python 3.8, NumPy and PyTorch 1.13 or newer.

    python train.py --out trained.safetensors                        # one process
    torchrun --nproc_per_node 4 train.py --out trained.safetensors   # four that share every batch
    python train.py --help                                           # epochs, seed, checkpoints and all else

- \`model.py\` is the network, a line a gate; \`weights.safetensors\` has its weights by the names in the drawing.
- \`recipe.py\` says how it is trained: optimizer, schedule, clipping, early stopping, loss and metrics.
- \`data/\` has the rows as they are trained on, \`data.json\` what was done to them; \`data.py\` puts them into the order that Wiregrad trains in.
- \`train.py\` prints a line of JSON an epoch; Ctrl-C ends it within a step and writes what was reached. \`wiregrad run\` reads what it writes.
- Several processes (\`parallel.py\`) take the steps that one takes, up to rounding, and share the statistics of batch norm on CPUs and GPUs alike; dropout draws other numbers. Debian 12's torchrun, PyTorch 1.13 with Python 3.11, starts only with \`--redirects 9:1 --tee 9:1\`.
`;
}
