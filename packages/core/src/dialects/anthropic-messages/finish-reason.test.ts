import { expect, it } from 'vitest'
import type { Finish } from '../../chat/finish-reason.ts'
import { fromStopReason, toStopReason } from './finish-reason.ts'

it.each([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['pause_turn', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
  ['something_new', 'stop'],
  [undefined, 'stop'],
])('reads %s as %s', (native, reason) => {
  expect(fromStopReason(native, undefined)).toEqual({ reason, native: native ?? '', stopSequence: undefined })
})

it.each<[Finish, string]>([
  [{ reason: 'stop', native: 'pause_turn' }, 'pause_turn'],
  [{ reason: 'stop', native: 'STOP' }, 'end_turn'],
  [{ reason: 'stop', native: 'stop', stopSequence: 'x' }, 'stop_sequence'],
  [{ reason: 'length', native: 'MAX_TOKENS' }, 'max_tokens'],
  [{ reason: 'tool_calls', native: 'stop' }, 'tool_use'],
  [{ reason: 'content_filter', native: 'SAFETY' }, 'refusal'],
])('writes %j as %s', (finish, native) => {
  expect(toStopReason(finish)).toBe(native)
})
