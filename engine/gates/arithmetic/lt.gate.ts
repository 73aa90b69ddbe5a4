import { comparison } from './comparison';

export default comparison({ name: 'lt', latex: '<', python: '<', words: 'is less than' });
