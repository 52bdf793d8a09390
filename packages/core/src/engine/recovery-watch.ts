import type { Deps } from '../deps.ts'
import type { Provider } from '../providers/provider.ts'
import type { HealthPool } from '../resilience/target-health.ts'
import type { OnEngineEvent } from '../routing/engine-event.ts'

/** Pauses between free probes of a provider whose circuit is open; the last one repeats. */
const pausesMs = [2_000, 4_000, 8_000, 15_000] as const

/**
 * Notices that a provider is back. While a circuit is open, the provider is asked for its models now and then, which costs
 * nothing. Once it has failed such a probe and then passes one, its circuits need not sit out a rest that has doubled:
 * they go half-open, and real calls decide. A provider that answers free probes all along gets no such favour.
 */
export interface RecoveryWatch {
  /** A circuit of this provider has opened. */
  readonly onOpen: (provider: string) => void
  /** Whether a provider has an open circuit. */
  readonly isNeeded: (provider: string) => boolean
  readonly close: () => void
}

export interface RecoveryWatchParts {
  readonly deps: Deps
  readonly providerOf: (name: string) => Provider | undefined
  readonly health: HealthPool
  readonly onEvent: OnEngineEvent
}

export function createRecoveryWatch({ deps, providerOf, health, onEvent }: RecoveryWatchParts): RecoveryWatch {
  const cancels = new Map<string, () => void>()
  const openCircuits = (name: string): readonly { readonly halfOpen: () => void }[] =>
    health
      .entries()
      .filter(([key, { breaker }]) => key.startsWith(`${name}/`) && breaker.state() === 'open')
      .map(([, { breaker }]) => breaker)

  const tell = (provider: string, reachable: boolean): void => onEvent({ type: 'provider-health', provider, reachable, atMs: deps.now() })
  const onAnswer = (name: string, reachable: boolean, failedBefore: boolean): void => {
    if (reachable !== failedBefore) return
    tell(name, reachable)
    if (reachable) for (const breaker of openCircuits(name)) breaker.halfOpen()
  }
  const probe = async (name: string, attemptNumber: number, failedBefore: boolean): Promise<void> => {
    const reachable = (await providerOf(name)?.isReachable()) ?? false
    if (!cancels.has(name)) return
    onAnswer(name, reachable, failedBefore)
    if (providerOf(name) === undefined || openCircuits(name).length === 0) cancels.delete(name)
    else schedule(name, attemptNumber + 1, !reachable)
  }
  const schedule = (name: string, attemptNumber: number, failedBefore: boolean): void => {
    const ms = pausesMs[Math.min(attemptNumber, pausesMs.length - 1)] ?? 0
    cancels.set(
      name,
      deps.setTimer(() => void probe(name, attemptNumber, failedBefore), ms),
    )
  }
  return {
    isNeeded: (provider) => openCircuits(provider).length > 0,
    onOpen: (provider) => {
      if (!cancels.has(provider)) schedule(provider, 0, false)
    },
    close: () => {
      for (const cancel of cancels.values()) cancel()
      cancels.clear()
    },
  }
}
