import { expect } from 'vitest'
import { parseJson } from '../../../wire/json.ts'
import type { Exchange } from './corpus.ts'
import type { Folded } from './decode.ts'

/** Asserts that what a dialect read is what the provider's own SDK read. */
export function expectRecorded(read: Folded, { expected }: Exchange): void {
  const [choice] = expected.choices
  if (choice === undefined) throw new Error('The exchange expects no choice.')
  expect(choice.text_accept ?? [choice.text]).toContain(read.text)
  expect(read.reasoning).toBe(choice.reasoning ?? '')
  expect(read.toolCalls.map(({ name, argumentsText }) => ({ name, arguments: parseJson(argumentsText) }))).toEqual(
    choice.tool_calls.map(({ name, arguments: given }) => ({ name, arguments: given })),
  )
  choice.tool_calls.forEach(({ id }, index) => {
    const written = read.toolCalls[index]?.id
    if (id === undefined) expect(written).toMatch(/^call_\w+/)
    else expect(written).toBe(id)
  })
  expect(choice.finish_reason.accept).toContain(read.finish?.reason)
  expect(read.finish?.native).toBe(choice.finish_reason.native)
  expectUsage(read, expected)
}

function expectUsage({ usage }: Folded, { usage: given }: Exchange['expected']): void {
  if (given === undefined) {
    expect(usage).toBeUndefined()
    return
  }
  expect(usage).toMatchObject({
    inputTokens: given.openai.prompt_tokens,
    outputTokens: given.openai.completion_tokens,
    totalTokens: given.openai.total_tokens,
  })
  expect(usage?.cachedInputTokens ?? 0).toBe(given.openai.cached_tokens ?? 0)
}
