import { bench, describe } from 'vitest'
import { differsInMeaning } from './meaning-guard.ts'
import { createSemanticIndex } from './semantic-index.ts'

/** A generator of its own, so that every run searches the same vectors. */
let seed = 1
const draw = () => {
  seed = (seed * 1_664_525 + 1_013_904_223) >>> 0
  return seed / 2 ** 32 - 0.5
}
const vectorOf = (dimensions: number) => Float32Array.from({ length: dimensions }, draw)

/** What the library is measured against: one array, four sums at once. */
function plainSearch(vectors: Float32Array, question: Float32Array): number {
  const { length } = question
  let best = -1
  for (let start = 0; start < vectors.length; start += length) {
    const sums = [0, 0, 0, 0] as [number, number, number, number]
    let [a, b, c, d] = sums
    for (let index = 0; index < length; index += 4) {
      a += (vectors[start + index] ?? 0) * (question[index] ?? 0)
      b += (vectors[start + index + 1] ?? 0) * (question[index + 1] ?? 0)
      c += (vectors[start + index + 2] ?? 0) * (question[index + 2] ?? 0)
      d += (vectors[start + index + 3] ?? 0) * (question[index + 3] ?? 0)
    }
    best = Math.max(best, a + b + c + d)
  }
  return best
}

describe.each([
  [2_000, 1_536],
  [5_000, 1_536],
  [20_000, 256],
])('the nearest of %i vectors of %i dimensions', (count, dimensions) => {
  const index = createSemanticIndex({ maxEntries: count })
  const flat = new Float32Array(count * dimensions)
  for (let entry = 0; entry < count; entry++) {
    const vector = vectorOf(dimensions)
    flat.set(vector, entry * dimensions)
    index.add('all in one scope', { key: String(entry), vector, expiresAtMs: Number.POSITIVE_INFINITY })
  }
  const question = vectorOf(dimensions)
  bench('the index', () => void index.nearest('all in one scope', question))
  bench('a plain loop', () => void plainSearch(flat, question))
})

describe('comparing meanings', () => {
  const short = 'How do I reset the password of my account on the website?'
  bench('of two short questions', () => void differsInMeaning(short, 'What are the steps to get a new password for an account?'))
  bench('of two texts of 2,000 characters', () => void differsInMeaning(short.repeat(34), `${short.repeat(34)} Thanks.`), {
    iterations: 20,
  })
})
