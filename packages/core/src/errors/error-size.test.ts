import { describe, expect, it } from 'vitest'
import { InvalidRequestError } from './invalid-request-error.ts'
import { ProviderError } from './provider-error.ts'

const long = 'x'.repeat(1_000_000)

describe('an error', () => {
  it('carries no more of what a provider says than people read', () => {
    const error = new ProviderError({ failure: 'server', provider: 'p', message: long, type: long, code: long, param: long })
    expect(error.message.length).toBe(4_000)
    for (const word of [error.upstreamType, error.upstreamCode, error.param]) expect(word).toHaveLength(256)
  })

  it('carries no more of what a caller wrote than people read', () => {
    const error = new InvalidRequestError(`${long}: expected a number.`, long)
    expect(error.message.length).toBe(4_000)
    expect(error.param).toHaveLength(256)
  })

  it('keeps short words as they are', () => {
    const error = new ProviderError({ failure: 'server', provider: 'p', message: 'no', type: 't', code: 'c' })
    expect([error.message, error.upstreamType, error.upstreamCode, error.param]).toEqual(['no', 't', 'c', undefined])
  })
})
