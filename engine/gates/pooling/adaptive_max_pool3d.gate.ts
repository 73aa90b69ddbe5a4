import { adaptiveMaxPool } from './adaptivePool';

export default adaptiveMaxPool(3);
