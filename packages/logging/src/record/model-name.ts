import type { CallRecord } from './call-record.ts'

/**
 * The model that a call counts as: the one that was called, of the attempt that won or the last one. Answers name dated versions and failures
 * name nothing, so this is the name that both have. `undefined` where no model is known.
 */
export function modelNameOf({ attempts, winner, model, outcome, requestedModel }: CallRecord): string | undefined {
  const called = attempts[winner ?? attempts.length - 1] ?? attempts[attempts.length - 1]
  // A name that nobody answered to is the caller's invention: a thousand of them must not become a thousand groups.
  return called?.model ?? model ?? (outcome === 'complete' ? requestedModel : undefined)
}
