import type { Finish, FinishReason } from '../../chat/finish-reason.ts'

const reasons: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool_calls',
  ERROR_TOXIC: 'content_filter',
}

export function fromCohereFinishReason(native: string | undefined): Finish {
  return { reason: reasons[native ?? ''] ?? 'stop', native: native ?? '' }
}

/** Words by which Cohere says that it broke off. */
export function isCohereFault(native: string | undefined): boolean {
  return native === 'ERROR' || native === 'TIMEOUT'
}
