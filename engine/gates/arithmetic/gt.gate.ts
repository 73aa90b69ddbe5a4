import { comparison } from './comparison';

export default comparison({ name: 'gt', latex: '>', python: '>', words: 'is greater than' });
