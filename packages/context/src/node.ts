export type { ReadText } from './node/memory/cgroup.ts'
export { createMemoryReader, type MemorySources } from './node/memory/memory-reader.ts'
export { type NodeMemory, nodeMemory } from './node/memory/node-memory.ts'
