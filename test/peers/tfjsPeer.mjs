/**
 * TensorFlow.js on its WebAssembly backend (SIMD). Its kernels return when they are done, so a step needs no waiting.
 * In Node the backend has one thread: its threads are started from blob: URLs, which Node's workers refuse.
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { measure } from './measure.mjs';
import { oneHot, parameters, RATE, source } from './workloads.mjs';

async function start(workload, threads, modules) {
  if (threads > 1) return { skipped: 'tfjs-backend-wasm has one thread in Node' };
  if (workload.kind === 'cnn') return { skipped: 'tfjs-backend-wasm has no gradient of conv2d filters and of max_pool2d' };
  const require = createRequire(join(resolve(modules), 'package.json'));
  const tf = require('@tensorflow/tfjs');
  require('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) throw new Error('the backend wasm does not start');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const version = `${tf.version.tfjs} ${simd ? 'with' : 'without'} SIMD`;
  return { ...(workload.kind === 'gemm' ? product(tf, workload) : training(tf, workload)), version };
}

function product(tf, { size }) {
  const random = source(1);
  const [a, b] = [0, 1].map(() => tf.tensor(random(size * size, 1), [size, size]));
  return { step: () => tf.matMul(a, b).dispose() };
}

function training(tf, workload) {
  const random = source(1);
  const { batch, sizes } = workload;
  const variables = parameters(workload).map(({ shape, bound }) =>
    tf.variable(tf.tensor(random(tf.util.sizeFromShape(shape), bound), shape))
  );
  const x = tf.tensor(random(batch * sizes[0], 1.7), [batch, sizes[0]]);
  const last = sizes.at(-1);
  const crossEntropy = workload.loss === 'cross_entropy';
  const target = tf.tensor(crossEntropy ? oneHot(batch, last) : random(batch * last, 1), [batch, last]);
  const activate = workload.activation === 'relu' ? tf.relu : tf.tanh;
  const objective = () => {
    let y = x;
    for (let i = 0; i < variables.length; i += 2) {
      y = tf.add(tf.matMul(y, variables[i]), variables[i + 1]);
      if (i + 2 < variables.length) y = activate(y);
    }
    return crossEntropy ? tf.losses.softmaxCrossEntropy(target, y) : tf.losses.meanSquaredError(target, y);
  };
  const descent = tf.train.sgd(RATE);
  return {
    step: () => void descent.minimize(objective, false, variables),
    loss: () => tf.tidy(() => objective().dataSync()[0])
  };
}

await measure(start);
