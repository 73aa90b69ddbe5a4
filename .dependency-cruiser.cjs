/** The directions in which folders may import each other; everything not allowed leftwards is forbidden. */

const ENGINE = ['base', 'ir', 'autodiff', 'gates', 'lower', 'optimize', 'plan', 'backends', 'data', 'training', 'session', 'host'];

/** `from` may import only its own folder and `folders` of the engine. */
const only = (from, folders) => ({
  name: `engine-${from}-imports-leftwards-only`,
  comment: `engine/${from} may import ${folders.join(', ') || 'nothing'} of the engine`,
  severity: 'error',
  from: { path: `^engine/${from}/` },
  to: { path: '^engine/', pathNot: `^engine/(${[from, ...folders].join('|')})/` }
});

/**
 * What stands left of each folder in the flow. `document` is read by lower and by all to its right; `formats` stands beside,
 * and so does `data`, which knows of no graph.
 */
const chain = ENGINE.map((folder, place) => {
  const left = folder === 'data' ? ['base', 'document', 'generated'] : ENGINE.slice(0, place);
  if (place >= ENGINE.indexOf('lower')) left.push('document');
  if (place >= ENGINE.indexOf('data')) left.push('formats');
  if (place >= ENGINE.indexOf('session')) left.push('exporters', 'importers');
  return only(folder, left);
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^electron$' } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^(engine|main|renderer)/', pathNot: ['\\.d\\.ts$', '\\.gate\\.ts$', '\\.mjs$'] },
      to: {}
    },
    ...chain,
    only('document', ['base']),
    only('formats', ['base']),
    only('generated', ['base']),
    only('importers', ['base', 'document', 'ir', 'gates', 'lower', 'formats']),
    only('exporters', ['base', 'document', 'ir', 'autodiff', 'gates', 'lower', 'optimize', 'plan', 'backends', 'training', 'formats']),
    {
      name: 'engine-imports-only-itself',
      severity: 'error',
      from: { path: '^engine/' },
      to: { path: '^(main|renderer|test)/' }
    },
    {
      name: 'engine-index-is-browser-safe',
      comment: 'what index.ts reaches runs in the renderer: no Node, no backend, no session beyond its messages',
      severity: 'error',
      from: { path: '^engine/index\\.ts$' },
      to: {
        reachable: true,
        path: '^(engine/(optimize|plan|backends|data|training|exporters|importers|host)/|engine/session/(?!messages\\.ts)|engine/node\\.ts)'
      }
    },
    {
      name: 'engine-left-half-uses-no-node',
      severity: 'error',
      from: { path: '^engine/(base|document|ir|autodiff|gates|lower|optimize|plan|formats|generated|exporters|importers)/' },
      to: { dependencyTypes: ['core'] }
    },
    {
      name: 'electron-only-in-its-folder',
      severity: 'error',
      from: { path: '^(engine|main|renderer)/', pathNot: '^main/electron/' },
      to: { path: '^(electron$|node_modules/electron/)' }
    },
    ...['electron', 'server', 'cli'].map((shell) => ({
      name: `${shell}-imports-no-other-shell`,
      severity: 'error',
      from: { path: `^main/${shell}/` },
      to: { path: '^main/(electron|server|cli|start)/', pathNot: `^main/${shell}/` }
    })),
    {
      name: 'contract-imports-no-shell',
      severity: 'error',
      from: { path: '^main/contract/' },
      to: { path: '^main/', pathNot: '^main/contract/' }
    },
    {
      name: 'contract-uses-no-node',
      severity: 'error',
      from: { path: '^main/contract/' },
      to: { dependencyTypes: ['core'] }
    },
    {
      name: 'services-import-no-shell',
      severity: 'error',
      from: { path: '^main/services/' },
      to: { path: '^main/(electron|server|cli|start)/' }
    },
    {
      name: 'main-enters-the-engine-by-its-entries',
      severity: 'error',
      from: { path: '^main/', pathNot: '^main/contract/' },
      to: { path: '^engine/', pathNot: '^engine/(index|node)\\.ts$' }
    },
    {
      name: 'renderer-sees-engine-index-and-contract',
      severity: 'error',
      from: { path: '^(renderer|main/contract)/' },
      to: { path: '^(engine|main)/', pathNot: '^(engine/index\\.ts$|main/contract/)' }
    },
    {
      name: 'panels-import-no-panels',
      severity: 'error',
      from: { path: '^renderer/panels/([^/]+)' },
      to: { path: '^renderer/panels/', pathNot: '^renderer/panels/$1' }
    },
    {
      name: 'sources-import-no-tests',
      severity: 'error',
      from: { path: '^(engine|main|renderer)/' },
      to: { path: '^test/' }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^out/', '^engine/backends/wasm/assembly/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.vue', '.json']
    }
  }
};
