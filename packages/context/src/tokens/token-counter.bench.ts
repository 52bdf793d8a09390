import { bench, describe } from 'vitest'
import { createTokenCounter } from './token-counter.ts'

const counter = await createTokenCounter('gpt-4o')
const sentence = 'The gateway counts the tokens of what goes through it, so that nobody pays for more than was said. '
const hostile = 'a'.repeat(100_000)

describe('counting tokens', () => {
  bench('a short message', () => void counter.count(sentence))
  bench('1 MB of English', () => void counter.count(sentence.repeat(10_500)), { iterations: 5 })
  bench('100,000 letters without a space', () => void counter.count(hostile), { iterations: 5 })
})
