import { beforeAll, describe, expect, it } from 'vitest'
import { createTokenCounter, type TokenCounter } from '../tokens/token-counter.ts'
import { createModelCondenser } from './create-model-condenser.ts'
import type { ConversationMessage } from './message.ts'
import type { Complete } from './write-summary.ts'

let counter: TokenCounter
beforeAll(async () => {
  counter = await createTokenCounter('gpt-4o')
})

function conversation(turns: number): readonly ConversationMessage[] {
  const talk = Array.from({ length: turns }, (_, turn): readonly ConversationMessage[] => [
    { role: 'user', content: `The build of release_${turn % 5} failed in src/module_${turn}.ts, and the customer waits for an answer.` },
    { role: 'assistant', content: `I looked at it; the test of step ${turn + 100} needs more memory than the machine has.` },
  ]).flat()
  return [...talk, { role: 'user', content: 'Where do we stand?' }]
}

const answers =
  (text: string): Complete =>
  async () =>
    text
const messages = conversation(60)

describe('an abstractive summary', () => {
  it('is the text of the model, with the identifiers that it lost', async () => {
    const model = createModelCondenser({ counter, complete: answers('Builds fail for want of memory; the customer waits.') })
    const result = await model.condense({ messages, maxTokens: 120, mode: 'abstractive' })
    expect(result.mode).toBe('abstractive')
    expect(result.summary).toMatch(/^Builds fail for want of memory; the customer waits\.\n\[.*release_\d.*\]$/)
    expect(result.condensedTokens).toBe(counter.count(result.summary))
    expect(result.condensedTokens).toBeLessThanOrEqual(120)
  })

  it('is cut to the budget when the model says too much', async () => {
    const model = createModelCondenser({ counter, complete: answers('The customer waits for an answer to the build. '.repeat(80)) })
    const result = await model.condense({ messages, maxTokens: 60, mode: 'abstractive' })
    expect(counter.count(result.summary)).toBeLessThanOrEqual(60)
    expect(result.mode).toBe('abstractive')
  })

  it('stands in the list of messages where the extractive one stood', async () => {
    const model = createModelCondenser({ counter, complete: answers('Builds fail.') })
    const result = await model.condense({ messages, maxTokens: 500, mode: 'abstractive', format: 'messages' })
    expect(result.messages?.[0]?.content).toMatch(/^\[Summary of the earlier conversation\]\nBuilds fail\./)
    expect(result.condensedTokens).toBeLessThanOrEqual(500)
  })

  it('reads a long conversation in parts and merges their summaries', async () => {
    const prompts: string[] = []
    const complete: Complete = async (prompt) => {
      prompts.push(prompt)
      return prompt.includes('summaries of the parts') ? 'All builds fail.' : `Part ${prompts.length} fails.`
    }
    const model = createModelCondenser({ counter, complete, inputTokens: 400 })
    // The parts' numbers are within the conversation's, so nothing counts as invented.
    const { summary } = await model.condense({ messages, maxTokens: 150, mode: 'abstractive' })
    expect(prompts.length).toBeGreaterThan(2)
    expect(prompts.at(-1)).toContain('Part 1 fails.')
    for (const prompt of prompts) expect(counter.count(prompt)).toBeLessThan(700)
    expect(summary).toMatch(/^All builds fail\./)
  })

  it('needs no model for what fits already', async () => {
    const complete: Complete = () => Promise.reject(new Error('was asked'))
    const result = await createModelCondenser({ counter, complete }).condense({
      messages: conversation(1),
      maxTokens: 500,
      mode: 'abstractive',
    })
    expect(result.mode).toBe('extractive')
  })
})

describe('a model that breaks a guarantee', () => {
  const failures: readonly (readonly [string, Complete])[] = [
    ['failed', () => Promise.reject(new Error('503'))],
    ['empty', answers('  ')],
    ['invented', answers('The build of release_77 failed 4321 times.')],
  ]

  it.each(failures)('(%s) gives the extractive answer in the mode auto', async (reason, complete) => {
    const result = await createModelCondenser({ counter, complete }).condense({ messages, maxTokens: 120, mode: 'auto' })
    expect(result).toMatchObject({ mode: 'extractive', fallback: reason })
    expect(result.summary).not.toContain('4321')
  })

  it.each(failures)('(%s) is an error in the mode abstractive', async (_, complete) => {
    const run = createModelCondenser({ counter, complete }).condense({ messages, maxTokens: 120, mode: 'abstractive' })
    await expect(run).rejects.toMatchObject({ brand: '@proxyapi/error', code: 'upstream_error' })
  })

  it('is no reason to go on when the client has left', async () => {
    const abort = new AbortController()
    const complete: Complete = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true })
        abort.abort(new Error('the client left'))
      })
    const run = createModelCondenser({ counter, complete }).condense({ messages, maxTokens: 120, mode: 'auto', signal: abort.signal })
    await expect(run).rejects.toThrow('the client left')
  })
})
