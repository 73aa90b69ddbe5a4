/** What stands on a gate's face: a sign where one is common, else the gate's name. */

const SYMBOLS: Readonly<Record<string, string>> = {
  variable: 'var',
  parameter: 'θ',
  constant: 'const',
  add: '+',
  sub: '−',
  mul: '×',
  div: '÷',
  neg: '−x',
  pow: 'xʸ',
  exp: 'eˣ',
  log: 'ln',
  sqrt: '√',
  square: 'x²',
  reciprocal: '1/x',
  abs: '|x|',
  relu: 'ReLU',
  sigmoid: 'σ',
  matmul: '@',
  linear: 'xW+b',
  transpose: 'xᵀ',
  sum: 'Σ',
  log_softmax: 'log softmax',
  cross_entropy: 'CE',
  svm_loss: 'SVM',
  mse_loss: 'MSE',
  bce_loss: 'BCE',
  bce_with_logits_loss: 'BCE σ',
  l2_regularization: 'λΣx²',
  l1_regularization: 'λΣ|x|',
  stop_gradient: 'stop ∂',
  custom: 'ƒ',
  definition_input: 'in',
  definition_output: 'out'
};

export function symbolOf(gate: string): string {
  return Object.hasOwn(SYMBOLS, gate) ? SYMBOLS[gate]! : gate.replaceAll('_', ' ');
}
