/** The browser-safe half of the engine: documents, gates, lowering and diagnostics. No Node, no DOM, no backend. */
import './base/olderArrays';
export * from './base/errors';
export * from './base/shapes';
export * from './base/dtypes';
export * from './base/tensors';
export * from './document/types';
export { parseDocument, type ParsedDocument } from './document/parse';
export { serializeDocument } from './document/serialize';
export * from './document/edits';
export * from './document/annotations';
export * from './document/rewire';
export { fragmentOf, insertFragment, type Inserted } from './document/fragment';
export {
  nodesAlong,
  nodesInUse,
  repeatsOf,
  sameDefinitions,
  sameNodes,
  sameWires,
  freshDefinitionName,
  isUsed,
  type InstancePath
} from './document/definitions';
export { groupNodes, renameDefinition, ungroup, type Grouped } from './document/group';
export { viewDefinition, withDefinition, outputIds, VIEW_INPUT, VIEW_OUTPUT, VIEW_PORT } from './document/view';
export type { ValueId } from './ir/graph';
export { gateOf } from './lower/definitionGates';
export { FAMILIES, type Family, type Gate, type InputPort, type ParamSpec, type ResolvedParams } from './gates/gate';
export { registry } from './gates/registry';
export { resolveParams } from './gates/params';
export { INITIALIZERS } from './gates/initializers';
export { lower, type Lowered } from './lower/lower';
export { checkConnection, knownTypes, typesFed, type KnownTypes } from './lower/checkConnection';
export { batchShapes, diagnose, lowerRows, type LoweredRows } from './lower/rows';
export { BACKENDS } from './base/report';
export { GENERATED_KINDS, type GeneratedKind, type GeneratedKindName, type GeneratedParameter } from './generated/kinds';
export * from './session/messages';
