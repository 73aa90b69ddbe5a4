import { transposedConvolution } from './transposedConvolution';

export default transposedConvolution(3);
