import { convolution } from './convolution';

export default convolution(2);
