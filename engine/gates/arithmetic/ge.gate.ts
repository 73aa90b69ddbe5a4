import { comparison } from './comparison';

export default comparison({ name: 'ge', latex: '\\ge', python: '>=', words: 'is at least' });
