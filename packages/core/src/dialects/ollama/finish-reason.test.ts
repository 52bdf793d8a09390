import { expect, it } from 'vitest'
import { fromOllamaFinishReason } from './finish-reason.ts'

it.each([
  ['stop', false, 'stop'],
  ['stop', true, 'tool_calls'],
  ['length', false, 'length'],
  ['length', true, 'length'],
  ['load', false, 'stop'],
  ['unload', false, 'stop'],
  ['something new', false, 'stop'],
  [undefined, true, 'tool_calls'],
  [undefined, false, 'stop'],
] as const)('reads %s (tool calls: %s) as %s', (native, hasToolCalls, reason) => {
  expect(fromOllamaFinishReason(native, hasToolCalls)).toEqual({ reason, native: native ?? '' })
})
