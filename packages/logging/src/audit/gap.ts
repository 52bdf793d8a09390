import type { AuditContent } from './audit-record.ts'
import { type AuditAnchor, type ChainPoint, isAnchorSigned } from './chain.ts'

/** The record that stands where the chain was found cut. Nobody who can't sign can take it out again, and `verify` stops at it for good. */
export const gapAction = 'audit.gap'

interface Memory {
  readonly secret: string
  readonly nowMs: number
  readonly remembered?: ChainPoint | undefined
}

function isProven(last: ChainPoint, anchor: AuditAnchor | undefined, { secret, remembered }: Memory): boolean {
  if (remembered !== undefined && last.sequence < remembered.sequence) return false
  if (anchor === undefined) return last.sequence === 0
  return anchor.sequence === last.sequence && anchor.hash === last.hash && isAnchorSigned(secret, anchor)
}

/**
 * What must be appended first when the chain does not end where it was anchored: its end was cut off, or put there by somebody else. To sign
 * what is left without a word would hide it. `undefined` when all is well. Pure.
 */
export function findGap(last: ChainPoint, anchor: AuditAnchor | undefined, memory: Memory): AuditContent | undefined {
  if (isProven(last, anchor, memory)) return undefined
  const expected = memory.remembered ?? anchor
  return {
    ...{ timeMs: memory.nowMs, actorId: null, actorName: null, action: gapAction, object: 'audit', outcome: 'failure' },
    ...{ source: null, subject: null },
    details: JSON.stringify({ expected_hash: expected?.hash, expected_sequence: expected?.sequence, found_sequence: last.sequence }),
  }
}
