import type { Finish, FinishReason } from '../../chat/finish-reason.ts'
import { ownValue } from '../../wire/own-value.ts'

/** docs.cohere.com/reference/chat, 2026-05; the last three are v1's, which some deployments still say. */
const reasons: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool_calls',
  ERROR_TOXIC: 'content_filter',
  ERROR_LIMIT: 'length',
  USER_CANCEL: 'stop',
}

/** `undefined` when the vendor named no reason; an unknown word ends the choice like `stop`. */
export function fromCohereFinishReason(native: string | undefined, hasToolCalls: boolean): Finish {
  const reason = ownValue(reasons, native) ?? 'stop'
  return { reason: hasToolCalls && reason === 'stop' ? 'tool_calls' : reason, native: native ?? '' }
}

/** Finish reasons that mean a failure of Cohere. */
export function isCohereFault(native: string | undefined): boolean {
  return native === 'ERROR' || native === 'TIMEOUT'
}
