import type { Finish, FinishReason } from '../../chat/finish-reason.ts'
import { ownValue } from '../../wire/own-value.ts'

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
}

export function fromStopReason(native: string | undefined, stopSequence: string | undefined): Finish {
  return { reason: ownValue(reasons, native) ?? 'stop', native: native ?? '', stopSequence }
}

/** Anthropic's own word where the answer was Anthropic's, else the nearest one. */
export function toStopReason(finish: Finish): string {
  if (Object.hasOwn(reasons, finish.native)) return finish.native
  if (finish.stopSequence !== undefined) return 'stop_sequence'
  switch (finish.reason) {
    case 'stop':
      return 'end_turn'
    case 'length':
      return 'max_tokens'
    case 'tool_calls':
      return 'tool_use'
    case 'content_filter':
      return 'refusal'
  }
}
