import { expect, it } from 'vitest'
import { anthropicWire } from './anthropic-wire.ts'
import { openAiWire } from './openai-wire.ts'
import { readRaw } from './read-raw.ts'

const answer = { id: 'a', model: 'm', tokens: ['x·'], finish: 'stop', usage: undefined } as const
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

it.each([
  ['openai-chat', openAiWire],
  ['anthropic-messages', anthropicWire],
])('reads the text of %s and finds malformed events', (_dialect, form) => {
  const events = [...form.opening(answer), form.token(answer, 'x·'), form.token(answer, 'y'), ...form.finish(answer)].join('')
  expect(readRaw(encode(events))).toEqual({ text: 'x·y', malformed: false })
  expect(readRaw(encode(`${events}data: {"choices\n\n`))).toEqual({ text: 'x·y', malformed: true })
})
