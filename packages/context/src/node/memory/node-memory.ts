import type { MemoryReading } from '../../memory/memory-reading.ts'
import { collectGarbage, watchCollections } from './collect-garbage.ts'
import { createMemoryReader, type MemorySources } from './memory-reader.ts'

/** The part of a memory manager's options that Node provides. */
export interface NodeMemory {
  readonly read: () => MemoryReading
  readonly collectGarbage: () => void
  readonly watchCollections: (onCollection: () => void) => () => void
}

/**
 * What `createMemoryManager` needs of Node: readings, collections by hand, and notice of V8's own.
 *
 * @example
 * const memory = createMemoryManager({ ...nodeMemory(), maxUsagePercent: 85 })
 */
export function nodeMemory(sources: MemorySources = {}): NodeMemory {
  return { read: createMemoryReader(sources), collectGarbage, watchCollections }
}
