import { expect, it } from 'vitest'
import { fromOpenAiFinishReason, isFaultFinish, isOpenAiFinishReason } from './finish-reason.ts'

it.each([
  ['stop', false, 'stop'],
  ['length', false, 'length'],
  ['tool_calls', true, 'tool_calls'],
  ['content_filter', false, 'content_filter'],
  ['function_call', false, 'tool_calls'],
  ['model_length', false, 'length'],
  ['eos', false, 'stop'],
  ['something new', false, 'stop'],
  [undefined, true, 'tool_calls'],
  [undefined, false, 'stop'],
  ['', true, 'tool_calls'],
] as const)('reads %s (tool calls: %s) as %s', (native, hasToolCalls, reason) => {
  expect(fromOpenAiFinishReason(native, hasToolCalls)).toEqual({ reason, native: native ?? '' })
})

it.each([
  ['stop', true, false],
  ['eos', false, false],
  ['error', false, true],
  ['insufficient_system_resource', false, true],
] as const)('knows %s as a word of clients: %s, as a failure: %s', (native, known, failed) => {
  expect([isOpenAiFinishReason(native), isFaultFinish(native)]).toEqual([known, failed])
})
