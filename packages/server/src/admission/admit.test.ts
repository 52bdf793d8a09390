import { systemDeps } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import type { Principal } from '../auth/principal.ts'
import { WebExchange } from '../http/web-exchange.ts'
import { createAdmission } from './admission.ts'
import { type AdmissionDeps, admit } from './admit.ts'

const maxBodyBytes = 1_000
const principal: Principal = {
  ...{ id: 'a', name: 'a', role: 'user', kind: 'configured', owner: undefined, team: undefined },
  ...{ permissions: new Set(['user']), models: ['*'], routes: undefined, tags: [], criticality: 'default' },
}

function setUp(maxInFlight: number) {
  const admission = createAdmission({ maxInFlight, maxQueue: 9 }, systemDeps)
  const enter = (length: number, signal?: AbortSignal) => {
    const init = { method: 'POST', headers: { 'content-length': String(length) }, ...(signal && { signal }) }
    return admit(new WebExchange(new Request('http://gateway/', init)), { admission, isShared: false, maxBodyBytes })
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

  it.each([
    ['configured', 200],
    ['issued', 429],
  ] as const)('leaves room for others once a key has come that is %s', (kind, status) => {
    const admission = createAdmission({ maxInFlight: 10, maxQueue: 0 }, systemDeps)
    const deps: AdmissionDeps = { admission, isShared: false, maxBodyBytes }
    const ask = (): number => {
      const exchange = new WebExchange(new Request('http://gateway/'))
      exchange.principal = { ...principal, kind }
      try {
        void admit(exchange, deps)
        return 200
      } catch {
        return 429
      }
    }
    expect(Array.from({ length: 10 }, ask)).toEqual([...Array.from({ length: 9 }, () => 200), status])
  })
})
