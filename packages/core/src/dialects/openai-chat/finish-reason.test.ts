import { expect, it } from 'vitest'
import { fromOpenAiFinish, fromOpenAiFinishReason, isFaultFinish, isOpenAiFinishReason, toOpenAiFinishReason } from './finish-reason.ts'

it.each([
  ['stop', false, 'stop'],
  ['length', false, 'length'],
  ['tool_calls', true, 'tool_calls'],
  ['content_filter', false, 'content_filter'],
  ['function_call', true, 'tool_calls'],
  // OpenAI itself says so when `tool_choice` named the function; vLLM and others always do.
  ['stop', true, 'tool_calls'],
  ['eos', true, 'tool_calls'],
  // There is nothing to call.
  ['tool_calls', false, 'stop'],
  ['length', true, 'length'],
  ['content_filter', true, 'content_filter'],
  ['constructor', false, 'stop'],
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

it.each([
  ['tool_calls', 'max_tokens', 'length'],
  ['tool_calls', 'MAX_TOKENS', 'length'],
  ['stop', 'max_output_tokens', 'length'],
  ['tool_calls', 'tool_use', 'tool_calls'],
  ['stop', 'STOP', 'stop'],
  ['stop', undefined, 'stop'],
] as const)('reads %s, of which the vendor itself said %s, as %s', (finish_reason, native_finish_reason, reason) => {
  const choice = { finish_reason, native_finish_reason }
  const finish = fromOpenAiFinish(choice, finish_reason === 'tool_calls')
  expect(finish.reason).toBe(reason)
  expect(toOpenAiFinishReason(choice, finish)).toBe(reason)
})
