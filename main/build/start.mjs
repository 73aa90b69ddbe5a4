/** `npm start`: builds what is stale, then starts in this very process, so that a signal to npm ends it all. */
process.argv.push('--if-stale');
await import('./build.mjs');
process.argv.pop();
await import('../../out/main/start.cjs');
