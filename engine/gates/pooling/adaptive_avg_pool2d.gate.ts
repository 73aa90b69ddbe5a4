import { adaptiveAvgPool } from './adaptivePool';

export default adaptiveAvgPool(2);
