/** The sigmoid as a function of NumPy that does not overflow; a `needs` of the gates whose lines call it. */
export const SIGMOID = {
  sigmoid: 'def sigmoid(x):\n    e = np.exp(-np.abs(x))\n    return np.where(x >= 0, 1.0, e) / (1.0 + e)'
};
