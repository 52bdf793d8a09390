import { describe, expect, it } from 'vitest'
import { createModelFinder } from './find-model.ts'

describe('createModelFinder', () => {
  it('gives what it has found again, without looking twice', () => {
    const find = createModelFinder()
    const key = { type: 'openai', model: 'gpt-4o' }
    expect(find(key)).not.toBeNull()
    expect(find(key)).toBe(find({ ...key }))
  })

  it('forgets the oldest, and stays right, after more ids than it remembers', () => {
    const find = createModelFinder()
    const first = find({ type: 'openai', model: 'gpt-4o' })
    for (let index = 0; index < 3_000; index++) expect(find({ type: 'openai', model: `made-up-${index}` })).toBeNull()
    const again = find({ type: 'openai', model: 'gpt-4o' })
    expect(again).toEqual(first)
    expect(again).not.toBe(first)
  })

  it('does not look at an id that is too long to be one', () => {
    expect(createModelFinder()({ type: 'ollama', model: 'x'.repeat(257) })).toBeNull()
  })
})
