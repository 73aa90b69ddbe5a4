/** All that is wrong with the document, and what went wrong in its last run. */
import type { Diagnostic } from '@wiregrad/engine';
import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useDataStore } from './data';
import { useDocumentStore } from './document';
import { useRunStore } from './run';

export const useProblemsStore = defineStore('problems', () => {
  const documents = useDocumentStore();
  const run = useRunStore();
  const data = useDataStore();

  const problems = computed<readonly Diagnostic[]>(() => {
    const own = documents.diagnostics;
    const known = new Set(own.map(({ message }) => message));
    return [...own, ...[...run.error, ...run.warnings].filter(({ message }) => !known.has(message))];
  });
  /** Data sources that are not there are problems too. */
  const count = computed(() => problems.value.length + data.absent.length);

  return { problems, count };
});
