/**
 * jax-js on its WebAssembly backend, the whole training step under `jit`. Arrays are consumed where they are passed;
 * `.ref` keeps one. A step waits for the new parameters and the loss. One thread runs in this very thread; more run in
 * workers, as in a browser.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { measure } from './measure.mjs';
import { offerWorkers } from './webWorkers.mjs';
import { oneHot, parameters, RATE, source } from './workloads.mjs';

async function start(workload, threads, modules) {
  if (threads > 1) offerWorkers(threads);
  const require = createRequire(join(resolve(modules), 'package.json'));
  const jax = require('@jax-js/jax');
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const { version } = JSON.parse(readFileSync(join(dirname(require.resolve('@jax-js/jax')), '../package.json'), 'utf8'));
  return { ...(workload.kind === 'gemm' ? product(jax, workload) : training(jax, workload)), version };
}

/** Makes arrays of numbers drawn from one seed, or of given `values`. */
function maker({ numpy }) {
  const random = source(1);
  return (
    shape,
    bound,
    values = random(
      shape.reduce((a, b) => a * b),
      bound
    )
  ) => numpy.array(values).reshape(shape);
}

function product(jax, { size }) {
  const make = maker(jax);
  const [a, b] = [0, 1].map(() => make([size, size], 1));
  const multiply = jax.jit((p, q) => jax.numpy.matmul(p, q));
  return {
    step: async () => {
      const y = multiply(a.ref, b.ref);
      await jax.blockUntilReady(y);
      y.dispose();
    }
  };
}

function training(jax, workload) {
  const make = maker(jax);
  const { jit, tree, valueAndGrad } = jax;
  let theta = parameters(workload).map(({ shape, bound }) => make(shape, bound));
  const { x, target, objective } = workload.kind === 'mlp' ? mlp(jax, workload, make) : cnn(jax, workload, make);
  const update = jit((p, input, wanted) => {
    const [loss, g] = valueAndGrad(objective)(
      p.map((each) => each.ref),
      input,
      wanted
    );
    return [loss, p.map((each, i) => each.sub(g[i].mul(RATE)))];
  });
  let loss;
  const step = async () => {
    const [now, next] = update(theta, x.ref, target.ref);
    await jax.blockUntilReady([now, next]);
    if (loss) tree.dispose(loss);
    [loss, theta] = [now, next];
  };
  return {
    step,
    loss: async () => {
      await step();
      return (await loss.ref.data())[0];
    }
  };
}

function mlp({ numpy, nn }, { batch, sizes, activation, loss }, make) {
  const activate = activation === 'relu' ? nn.relu : numpy.tanh;
  const last = sizes.at(-1);
  const crossEntropy = loss === 'cross_entropy';
  return {
    x: make([batch, sizes[0]], 1.7),
    target: make([batch, last], 1, crossEntropy ? oneHot(batch, last) : undefined),
    objective: (theta, x, target) => {
      let y = x;
      for (let i = 0; i < theta.length; i += 2) {
        y = numpy.matmul(y, theta[i]).add(theta[i + 1]);
        if (i + 2 < theta.length) y = activate(y);
      }
      return crossEntropy ? crossEntropyOf(nn, y, target, batch) : numpy.mean(numpy.square(y.sub(target)));
    }
  };
}

function cnn({ lax, numpy, nn }, { batch, side, channels, classes }, make) {
  const block = (x, w, b) => {
    const y = lax.convGeneralDilated(
      x,
      w,
      [1, 1],
      [
        [1, 1],
        [1, 1]
      ]
    );
    return lax.reduceWindow(nn.relu(y.add(b.reshape([1, -1, 1, 1]))), numpy.max, [2, 2], [2, 2]);
  };
  return {
    x: make([batch, channels[0], side, side], 1.7),
    target: make([batch, classes], 1, oneHot(batch, classes)),
    objective: ([w1, b1, w2, b2, w3, b3], x, target) => {
      const flat = block(block(x, w1, b1), w2, b2).reshape([batch, -1]);
      return crossEntropyOf(nn, numpy.matmul(flat, w3).add(b3), target, batch);
    }
  };
}

function crossEntropyOf(nn, y, target, batch) {
  return nn
    .logSoftmax(y)
    .mul(target)
    .sum()
    .mul(-1 / batch);
}

await measure(start);
