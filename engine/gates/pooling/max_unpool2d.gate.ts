import { maxUnpool } from './maxUnpool';

export default maxUnpool(2);
