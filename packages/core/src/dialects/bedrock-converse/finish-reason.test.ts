import { expect, it } from 'vitest'
import { fromBedrockStopReason } from './finish-reason.ts'

it.each([
  ['end_turn', false, 'stop'],
  ['end_turn', true, 'tool_calls'],
  ['stop_sequence', false, 'stop'],
  ['tool_use', true, 'tool_calls'],
  ['max_tokens', true, 'length'],
  ['model_context_window_exceeded', false, 'length'],
  ['guardrail_intervened', false, 'content_filter'],
  ['content_filtered', false, 'content_filter'],
  ['malformed_model_output', false, 'stop'],
  ['', false, 'stop'],
  ['constructor', false, 'stop'],
] as const)('reads %s (with tool calls: %s) as %s', (native, hasToolCalls, reason) => {
  expect(fromBedrockStopReason(native, hasToolCalls)).toEqual({ reason, native })
})
