import { failurePolicies } from '../errors/failure.table.ts'
import type { FailureClass } from '../errors/failure-class.ts'

/** A refusal that does not say how long to stay away (docs/resilience.md section 4). */
const shortRestMs = 1_000
const longRestMs = 60_000
/** A provider's word is taken up to here: beyond it the header is more likely wrong than the provider that busy. */
const maxRestMs = 300_000

/** How long a target is left alone after a failure; 0 for most. */
export function cooldownMsAfter(failure: FailureClass, retryAfterMs: number | undefined): number {
  switch (failurePolicies[failure].cooldown) {
    case 'none':
      return 0
    case 'short':
      return Math.min(maxRestMs, retryAfterMs ?? shortRestMs)
    case 'long':
      return Math.max(longRestMs, Math.min(maxRestMs, retryAfterMs ?? 0))
  }
}
