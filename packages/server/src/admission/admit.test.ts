import { systemDeps } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { WebExchange } from '../http/web-exchange.ts'
import { createAdmission } from './admission.ts'
import { admit } from './admit.ts'

const maxBodyBytes = 1_000

function setUp(maxInFlight: number) {
  const admission = createAdmission({ maxInFlight, maxQueue: 9 }, systemDeps)
  const enter = (length: number, signal?: AbortSignal) => {
    const init = { method: 'POST', headers: { 'content-length': String(length) }, ...(signal && { signal }) }
    return admit(new WebExchange(new Request('http://gateway/', init)), { admission, isShared: false, maxBodyBytes, now: () => 0 })
  }
  return { admission, enter }
}

describe('a request that asks for admission', () => {
  it('counts at most the bytes that its body may have: a body that is too large is refused by its reader', async () => {
    const { admission, enter } = setUp(9)
    await enter(1e12)
    expect(admission.figures().bytes).toBe(maxBodyBytes)
  })

  it('does not wait in the queue for a caller that has left before', async () => {
    const { admission, enter } = setUp(1)
    await enter(1)
    await expect(async () => enter(1, AbortSignal.abort())).rejects.toMatchObject({ code: 'client_closed_request' })
    expect(admission.figures().queued).toBe(0)
  })
})
