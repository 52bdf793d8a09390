import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editDistance, fit, wordsOf } from './text-match.ts'

/** The textbook's whole table: optimal string alignment. */
function reference(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  const at = (i: number, j: number): number => table[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && i > 1 && j > 1 ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
      const row = table[i]
      if (row !== undefined) row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change, swap)
    }
  }
  return at(a.length, b.length)
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 })

describe('editDistance', () => {
  it('is that of the whole table, up to its limit', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 3 }), (a, b, limit) => {
        expect(editDistance(a, b, limit)).toBe(Math.min(reference(a, b), limit + 1))
      }),
    )
  })
})

describe('fit', () => {
  it.each([
    { wanted: 'sonnet', word: 'sonnet', value: 1 },
    { wanted: 'son', word: 'sonnet', value: 0.85 },
    { wanted: 'onne', word: 'sonnet', value: 0.7 },
    { wanted: 'sonet', word: 'sonnet', value: 0.45 },
    { wanted: 'antropik', word: 'anthropic', value: 0.3 },
    { wanted: 'gpt', word: 'gpr', value: 0 },
    { wanted: 'gtp', word: 'gpt', value: 0.45 },
    { wanted: 'tpg', word: 'gpt', value: 0 },
    { wanted: '4o1', word: '41o', value: 0 },
    { wanted: '2024', word: '2025', value: 0 },
    { wanted: 'opus', word: 'haiku', value: 0 },
  ])('of $wanted in $word is $value', ({ wanted, word: text, value }) => {
    expect(fit(wanted, text)).toBeCloseTo(value)
  })
})

describe('wordsOf', () => {
  it.each([
    { text: 'openai/gpt-4o:free', words: ['openai', 'gpt', '4o', 'free'] },
    { text: ' Größe, 東京! ', words: ['größe', '東京'] },
    { text: '-- .', words: [] },
    { text: 'a'.repeat(1_000), words: ['a'.repeat(48)] },
  ])('of $text', ({ text, words }) => {
    expect(wordsOf(text)).toEqual(words)
  })
})
