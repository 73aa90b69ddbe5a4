import { comparison } from './comparison';

export default comparison({ name: 'le', latex: '\\le', python: '<=', words: 'is at most' });
