import { fractionalMaxPool } from './fractionalMaxPool';

export default fractionalMaxPool(2);
