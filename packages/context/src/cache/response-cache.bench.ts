import { createHash, hash } from 'node:crypto'
import { bench, describe } from 'vitest'
import { sha256 } from '../digest/sha256.ts'
import { createProvider, type FakeKinds, folding, questionOf, stays } from './__fixtures__/fake-answers.ts'
import { createRequestKey, neutralFields } from './key/request-key.ts'
import { createResponseCache } from './response-cache.ts'

const digest = (text: string): string =>
  typeof hash === 'function' ? hash('sha256', text, 'base64url') : createHash('sha256').update(text).digest('base64url')
const request = (bytes: number): object => ({
  model: 'openai/gpt-4o',
  temperature: 0,
  messages: [
    { role: 'system', content: 'You answer questions about the harbour of a small town, briefly and kindly.' },
    { role: 'user', content: 'Which ships are in today? '.repeat(Math.ceil(bytes / 26)) },
  ],
  tools: [
    {
      type: 'function',
      name: 'ships',
      description: 'Lists ships',
      parameters: { type: 'object', properties: { day: { type: 'string' } } },
    },
  ],
})
const small = request(700)
const large = request(100_000)

describe('a cache key', () => {
  const native = createRequestKey({ digest, neutralFields })
  const portable = createRequestKey({ digest: sha256, neutralFields })
  bench('1 kB, digest of OpenSSL', () => void native(small, { tenant: 'a' }))
  bench('1 kB, digest in JavaScript', () => void portable(small, { tenant: 'a' }))
  bench('100 kB, digest of OpenSSL', () => void native(large, { tenant: 'a' }))
})

describe('asking the cache', () => {
  const cache = createResponseCache<FakeKinds>({ streams: folding, digest, maxMemoryBytes: 10_000_000 })
  const { whole } = createProvider()
  const known = questionOf('Which ships are in today? '.repeat(27))
  let next = 0
  bench('a hit in memory', async () => {
    const result = cache.getOrFetch(known, whole, stays)
    if (result instanceof Promise) await result
  })
  bench('a miss, answered and stored', async () => {
    await cache.getOrFetch(questionOf(`${next++}`), whole, stays)
  })
})
