import type { LeakSuspicion } from './heap-trend.ts'
import type { MemoryPressure } from './pressure.ts'
import type { Shed } from './shedding.ts'

/** One garbage collection that a manager asked for. */
export interface Collection {
  readonly reason: 'requested' | 'pressure' | 'clean-up'
  readonly atMs: number
  /** Alive before and after, heap and external memory together. */
  readonly beforeBytes: number
  readonly afterBytes: number
  /** 0 when more came than went. */
  readonly freedBytes: number
  readonly durationMs: number
}

/** What happened to a process's memory, told once per change of state. */
export type MemoryEvent =
  | { readonly type: 'pressure-changed'; readonly from: MemoryPressure; readonly to: MemoryPressure; readonly usageRatio: number }
  | ({ readonly type: 'collected' } & Collection)
  | ({ readonly type: 'shed' } & Shed)
  | { readonly type: 'shed-failed'; readonly name: string; readonly error: unknown }
  | ({ readonly type: 'leak-suspected' } & LeakSuspicion)
  | ({ readonly type: 'leak-cleared' } & LeakSuspicion)
