import type { ProviderReport, TargetReport } from '@proxyapi/core'
import type { ReadSignal } from '@proxyapi/logging'
import type { Admission, ProcessLoad } from '../admission/admission.ts'

/** Where the present values come from. */
export interface GaugeSources {
  readonly health: () => readonly ProviderReport[]
  readonly figures: () => Pick<ReturnType<Admission['figures']>, 'inFlight' | 'queued'>
  readonly load?: (() => ProcessLoad) | undefined
}

type Selector = Parameters<ReadSignal>[1]

function targetsOf(reports: readonly ProviderReport[], { provider, model }: Selector): readonly TargetReport[] {
  return reports
    .filter(({ name }) => provider === undefined || provider === name)
    .flatMap(({ name, targets }) =>
      targets.filter((target) => model === undefined || model === target.model || model === `${name}/${target.model}`),
    )
}

function isUnavailable({ circuit }: TargetReport): boolean {
  return circuit === 'open' || circuit === 'isolated'
}

/** How many of the selected providers can answer. */
function providersUp(reports: readonly ProviderReport[], selector: Selector): number {
  return reports.filter(({ name, status }) => {
    if (selector.provider !== undefined && selector.provider !== name) return false
    const targets = targetsOf(reports, { ...selector, provider: name })
    return selector.model === undefined ? status !== 'unavailable' : targets.some((target) => !isUnavailable(target))
  }).length
}

function isEmpty({ provider, model }: Selector): boolean {
  return provider === undefined && model === undefined
}

/** Reads the signals that have a present value: circuits, providers, queues, memory. Other signals are `undefined`. */
export function createEngineGauges({ health, figures, load }: GaugeSources): ReadSignal {
  return (name, selector) => {
    switch (name) {
      case 'breaker_open':
        return targetsOf(health(), selector).filter(isUnavailable).length
      case 'provider_up':
        return providersUp(health(), selector)
      case 'in_flight':
        return isEmpty(selector) ? figures().inFlight : targetsOf(health(), selector).reduce((sum, { inFlight }) => sum + inFlight, 0)
      case 'queue_depth':
        return figures().queued
      case 'memory_usage':
        return load?.().memoryRatio
      case 'event_loop_lag':
        return load?.().lagMs
      default:
        return undefined
    }
  }
}
