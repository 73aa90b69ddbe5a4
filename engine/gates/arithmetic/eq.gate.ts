import { comparison } from './comparison';

export default comparison({ name: 'eq', latex: '=', python: '==', words: 'equals' });
