import { expect, it } from 'vitest'
import { fromCohereFinishReason, isCohereFault } from './finish-reason.ts'

it.each([
  ['COMPLETE', false, 'stop'],
  ['STOP_SEQUENCE', false, 'stop'],
  ['MAX_TOKENS', false, 'length'],
  ['TOOL_CALL', true, 'tool_calls'],
  ['ERROR_TOXIC', false, 'content_filter'],
  ['ERROR_LIMIT', false, 'length'],
  ['USER_CANCEL', false, 'stop'],
  ['COMPLETE', true, 'tool_calls'],
  ['MAX_TOKENS', true, 'length'],
  ['SOMETHING_NEW', false, 'stop'],
  [undefined, false, 'stop'],
] as const)('reads %s (tool calls: %s) as %s', (native, hasToolCalls, reason) => {
  expect(fromCohereFinishReason(native, hasToolCalls)).toEqual({ reason, native: native ?? '' })
})

it.each([
  ['ERROR', true],
  ['TIMEOUT', true],
  ['COMPLETE', false],
  [undefined, false],
] as const)('tells whether %s is a fault', (native, fault) => {
  expect(isCohereFault(native)).toBe(fault)
})
