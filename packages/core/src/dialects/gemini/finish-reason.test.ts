import { expect, it } from 'vitest'
import { fromGeminiFinishReason } from './finish-reason.ts'

it.each([
  ['STOP', false, 'stop'],
  ['STOP', true, 'tool_calls'],
  ['MAX_TOKENS', false, 'length'],
  ['MAX_TOKENS', true, 'length'],
  ['SAFETY', false, 'content_filter'],
  ['RECITATION', false, 'content_filter'],
  ['LANGUAGE', false, 'content_filter'],
  ['BLOCKLIST', false, 'content_filter'],
  ['PROHIBITED_CONTENT', false, 'content_filter'],
  ['SPII', false, 'content_filter'],
  ['MODEL_ARMOR', false, 'content_filter'],
  ['IMAGE_SAFETY', false, 'content_filter'],
  ['IMAGE_PROHIBITED_CONTENT', false, 'content_filter'],
  ['IMAGE_RECITATION', false, 'content_filter'],
  ['MALFORMED_FUNCTION_CALL', false, 'stop'],
  ['UNEXPECTED_TOOL_CALL', false, 'stop'],
  ['OTHER', false, 'stop'],
  ['FINISH_REASON_UNSPECIFIED', true, 'tool_calls'],
  ['', false, 'stop'],
  ['constructor', false, 'stop'],
] as const)('reads %s (with tool calls: %s) as %s', (native, hasToolCalls, reason) => {
  expect(fromGeminiFinishReason(native, hasToolCalls)).toEqual({ reason, native })
})
