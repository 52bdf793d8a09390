import { describe, expect, it } from 'vitest'
import { createKeyFilter } from './key-filter.ts'

describe('a key filter', () => {
  it('never denies a key that was added, and seldom admits one that was not', () => {
    const filter = createKeyFilter(10_000)
    for (let index = 0; index < 10_000; index++) filter.add(`key-${index}`)
    for (let index = 0; index < 10_000; index++) expect(filter.mayHave(`key-${index}`)).toBe(true)
    const wrong = Array.from({ length: 10_000 }, (_, index) => filter.mayHave(`other-${index}`)).filter(Boolean)
    expect(wrong.length).toBeLessThan(50)
  })

  it('denies everything while it is empty', () => {
    expect(createKeyFilter(1).mayHave('k')).toBe(false)
  })
})
