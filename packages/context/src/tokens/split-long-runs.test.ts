import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitLongRuns } from './split-long-runs.ts'
import { countTokens } from './token-counter.ts'

describe('splitting long runs', () => {
  it.each([
    ['ordinary text', 'A line of words, and another.\n'.repeat(100), 1],
    ['512 letters', `a ${'b'.repeat(512)} c`, 1],
    ['513 letters', `a ${'b'.repeat(513)} c`, 2],
    ['spaces', ' '.repeat(1025), 3],
  ])('leaves %s in its pieces', (_what, text, pieces) => {
    expect(splitLongRuns(text)).toHaveLength(pieces)
  })

  it('loses nothing, bounds every run and cuts no character in two', () => {
    const run = fc.tuple(fc.constantFrom('a', '好', '😀', ' ', '\n', '\u2003', '\ufeff'), fc.integer({ min: 1, max: 1500 }))
    fc.assert(
      fc.property(fc.array(run, { maxLength: 6 }), (runs) => {
        const text = runs.map(([character, times]) => character.repeat(times)).join('')
        const pieces = splitLongRuns(text)
        expect(pieces.join('')).toBe(text)
        expect(pieces.every((piece) => !/\S{514}|\s{514}/.test(piece) && !/\p{Surrogate}/u.test(piece))).toBe(true)
      }),
    )
  })

  it('changes the count by no more than two tokens a cut', async () => {
    expect(await countTokens('a'.repeat(5000), 'openai-o200k')).toBe(625) // eight letters a token, as uncut
    expect(Math.abs((await countTokens(' '.repeat(5000), 'openai-o200k')) - 40)).toBeLessThanOrEqual(20)
  })

  it('keeps a hostile text countable', async () => {
    expect(await countTokens(`${'a'.repeat(100_000)}${' '.repeat(100_000)}`, 'openai-o200k')).toBeGreaterThan(12_500)
  })
})
