import { maxPool } from './maxPool';

export default maxPool(1);
