import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { sha256, sha256InSteps } from '../digest/sha256.ts'
import { createTokenCounter, type TokenCounter } from '../tokens/token-counter.ts'
import { createCondenser } from './create-condenser.ts'
import { numbersInSteps, runAtOnce } from './steps.ts'

let counter: TokenCounter
beforeAll(async () => {
  counter = await createTokenCounter('gpt-4o')
})

/** As many one-line sentences of several words, of which the question names some. */
function history(lines: number) {
  const content = Array.from({ length: lines }, (_, line) => `Server number ${line} of the cluster failed with code ${line * 7}.`).join(
    '\n',
  )
  return [
    { role: 'assistant' as const, content },
    { role: 'user' as const, content: 'Which server of the cluster failed?' },
  ]
}

/** How often condensing could have given way. The clock is asked once a step. */
async function countSteps(condenser: ReturnType<typeof createCondenser>, lines: number): Promise<number> {
  let steps = 0
  const now = (): number => steps++ * 0
  await condenser.condenseInSlices({ messages: history(lines), maxTokens: 500 }, { now, yieldNow: async () => undefined })
  return steps
}

describe('work in steps', () => {
  it('gives the numbers that one loop would give, and a pause for every 512 of them', () => {
    const steps = numbersInSteps(2_000, (index) => index * 2)
    expect(runAtOnce(numbersInSteps(2_000, (index) => index * 2))).toEqual(Float64Array.from({ length: 2_000 }, (_, index) => index * 2))
    expect([...steps]).toHaveLength(3)
  })

  it('pauses in every pass over a long history, also when its messages have been read before', async () => {
    const lines = 20_000
    const condenser = createCondenser({ counter, maxBytes: 50_000_000 })
    await countSteps(condenser, lines)
    // What is read and profiled comes from memory: scores, worth and heap are left, seven passes over the units.
    expect(await countSteps(condenser, lines)).toBeGreaterThan((7 * lines) / 512)
  })

  it('pauses while a long text is digested', () => {
    const text = 'x'.repeat(1_000_000)
    expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'))
    expect([...sha256InSteps(text)]).toHaveLength(Math.floor(1_000_000 / 32_768))
  })

  it('pauses while a history is weighed', async () => {
    const lines = 20_000
    const condenser = createCondenser({ counter, maxBytes: 50_000_000 })
    const anew = await countSteps(condenser, lines)
    const again = await countSteps(condenser, lines)
    // One pause a line and one for 256 units are those of reading; divisors, priors and concepts come on top.
    expect(anew - again).toBeGreaterThan(lines + lines / 256 + (2 * lines) / 512)
  })
})
