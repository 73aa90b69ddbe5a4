import { lpPool } from './lpPool';

export default lpPool(1);
