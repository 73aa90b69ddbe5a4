import { avgPool } from './avgPool';

export default avgPool(3);
