import type { CounterCell } from './cells.ts'
import { createLabelLimit } from './label-limit.ts'
import type { CacheLookup, MetricEvent } from './metric-event.ts'
import type { ValuePoint } from './metric-family.ts'
import type { CounterName } from './metrics.table.ts'
import type { Registry } from './registry.ts'

/** What circuit_breaker_state shows: the more, the worse. */
const breakerLevels = { closed: 0, 'half-open': 1, open: 2, isolated: 3 } as const

const maxProviders = 64
const maxTargets = 1_000
const maxWords = 32

/** Counts what happens besides calls, and remembers the state of every breaker. */
export interface EventRecorder {
  readonly onEvent: (event: MetricEvent) => void
  readonly onCacheLookup: (lookup: CacheLookup) => void
  /** The worst breaker of each provider. */
  readonly breakers: () => readonly ValuePoint[]
}

type BreakerEvent = Extract<MetricEvent, { type: 'breaker-state' }>

/** A counter whose one label takes the first words it meets. */
function createWordCounter(registry: Registry, name: CounterName): (word: string) => CounterCell {
  const limit = createLabelLimit({ max: maxWords })
  return (word) => registry.counter(name, [limit.admit(word)])
}

function createBreakerStates(
  registry: Registry,
  providers: readonly string[],
): Pick<EventRecorder, 'breakers'> & { readonly on: (event: BreakerEvent) => void } {
  const limit = createLabelLimit({ known: providers, max: maxProviders })
  const levels = new Map<string, { readonly provider: string; readonly level: number }>()
  return {
    on: ({ provider, model = '', state }) => {
      const label = limit.admit(provider)
      registry.counter('circuit_breaker_transitions_total', [label, state]).value++
      const key = `${label}\0${model}`
      if (levels.has(key) || levels.size < maxTargets) levels.set(key, { provider: label, level: breakerLevels[state] })
    },
    breakers: () => {
      const worst = new Map(providers.map((provider) => [provider, 0]))
      for (const { provider, level } of levels.values()) worst.set(provider, Math.max(level, worst.get(provider) ?? 0))
      return [...worst].map(([provider, value]) => ({ labels: [provider], value }))
    },
  }
}

export function createEventRecorder(registry: Registry, providers: readonly string[]): EventRecorder {
  const board = createBreakerStates(registry, providers)
  const shed = createWordCounter(registry, 'requests_shed_total')
  const rateLimited = createWordCounter(registry, 'rate_limit_rejections_total')
  const authFailure = createWordCounter(registry, 'auth_failures_total')
  const suspicious = createWordCounter(registry, 'suspicious_requests_total')
  const hits = createWordCounter(registry, 'cache_hits_total')
  const misses = createWordCounter(registry, 'cache_misses_total')

  const onEvent = (event: MetricEvent): void => {
    switch (event.type) {
      case 'breaker-state':
        board.on(event)
        break
      case 'shed':
        shed(event.reason).value++
        break
      case 'rate-limited':
        rateLimited(event.limit ?? 'requests').value++
        break
      case 'auth-failure':
        authFailure(event.reason ?? 'invalid').value++
        break
      case 'suspicious':
        suspicious(event.kind).value++
        break
      case 'retry':
      case 'hedge':
      case 'fallback':
      case 'fault-injected':
        break // the receipt tells of these
    }
  }
  return { onEvent, breakers: board.breakers, onCacheLookup: ({ type, hit }) => (hit ? hits : misses)(type).value++ }
}
