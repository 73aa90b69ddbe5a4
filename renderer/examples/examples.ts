/** The gallery: every `.wiregrad` file of this folder, in the order and with the words below. */
import { parseDocument, type Document } from '@wiregrad/engine';

export interface Example {
  /** The file's, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly note: string;
  readonly text: string;
  readonly document: Document;
  /** Bytes of the data sources that it names. */
  sources(): ReadonlyMap<string, Uint8Array>;
}

const SHOWN: readonly (readonly [name: string, title: string, note: string])[] = [
  ['simple', '(x + y) · z', 'One value and one gradient on each wire: the first graph to run backward.'],
  ['spirals', 'Two spirals', 'A net of two hidden layers tells 400 points apart. Press Train and watch.'],
  ['residual', 'A residual block', 'One definition, six times in a row with the same weights. Double-click it to look inside.'],
  ['xor', 'XOR', 'What one layer cannot learn and two can. Press Train.'],
  ['lenet', 'LeNet', 'Two convolutions and three layers read digits in typefaces that they never saw.'],
  ['linear-regression', 'Linear regression', 'The price of a house from its area, rooms, age and distance: a weight each.'],
  ['logistic-regression', 'Logistic regression', 'Hours of study and of sleep, and the odds to pass.'],
  ['autoencoder', 'An autoencoder', 'Digits through a bottleneck of sixteen numbers, and drawn again.'],
  ['character-rnn', 'A character RNN', 'One cell, eight times in a row: eight letters of a poem tell the ninth.'],
  ['attention', 'Attention', 'A query finds its key among four and takes its value along.'],
  ['gradient-penalty', 'A gradient penalty', 'A critic whose slope is kept at 1: the gradient is a gate, and is differentiated again.'],
  ['alexnet', 'AlexNet', 'All of its 61 million parameters, as the graph that nobody derives by hand.'],
  ['neuron', 'A sigmoid neuron', 'σ(w0 x0 + w1 x1 + w2), two inputs, two weights and a bias.'],
  ['neuron-primitives', 'The neuron taken apart', 'σ as neg, exp, + 1 and 1/x: the inputs get the same gradients.'],
  ['add', 'add distributes', 'The upstream gradient goes to both inputs as it is.'],
  ['mul', 'mul swaps', 'Each input receives the upstream gradient times the other.'],
  ['max', 'max routes', 'The larger input receives the gradient, the other nothing.'],
  ['copy', 'copy adds up', 'What flows back through the copies is summed.'],
  ['relu-vector', 'ReLU of a vector', 'Its Jacobian is diagonal: 1 where the input is positive.'],
  ['matmul', 'A matrix product', 'dL/dx = g wᵀ and dL/dw = xᵀ g: the shapes tell which is which.'],
  ['two-layer-svm', 'Two layers, SVM loss', 'Linear, ReLU, linear, the multiclass hinge loss and L2 regularization.'],
  ['two-layer-softmax', 'Two layers, softmax', 'The same net with cross-entropy instead of the hinge loss.'],
  ['smooth', 'A smooth net', 'tanh and a squared error: differentiable twice, for Hessian products.'],
  ['swish', 'A gate of your own', 'x · σ(βx) written as a formula, with its gradients beside it: change one and it is caught.']
];

const texts = import.meta.glob<string>('./*.wiregrad', { query: '?raw', import: 'default', eager: true });
const tables = import.meta.glob<string>('./*.csv', { query: '?raw', import: 'default', eager: true });

function sourcesOf({ datasets }: Document): ReadonlyMap<string, Uint8Array> {
  const names = [...(datasets?.values() ?? [])].flatMap(({ source }) => (source === undefined ? [] : [source]));
  return new Map(
    names.flatMap((name) => (tables[`./${name}`] === undefined ? [] : [[name, new TextEncoder().encode(tables[`./${name}`])] as const]))
  );
}

export const examples: readonly Example[] = SHOWN.flatMap(([name, title, note]) => {
  const text = texts[`./${name}.wiregrad`];
  const document = text === undefined ? undefined : parseDocument(text).document;
  return text === undefined || !document ? [] : [{ name, title, note, text, document, sources: () => sourcesOf(document) }];
});
