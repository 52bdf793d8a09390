import { bench, describe } from 'vitest'
import { type HeapPoint, judgeLeak } from '../../memory/heap-trend.ts'
import { createMemoryManager } from '../../memory/memory-manager.ts'
import { nodeMemory } from './node-memory.ts'

const node = nodeMemory()
const manager = createMemoryManager(node)
const fourHours = Array.from({ length: 120 }, (_, index): HeapPoint => ({ atMs: index * 120_000, bytes: ((index * 7_919) % 1_009) * 1e5 }))

describe('the cost of watching memory', () => {
  bench('one reading of the process and its limit', () => void node.read())
  bench('all figures', () => void manager.figures())
  bench('the pressure, as on each request', () => void manager.pressure())
  bench('judging four hours of collections', () => void judgeLeak(fourHours))
})
