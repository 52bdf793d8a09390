import { systemDeps } from '@proxyapi/core'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../auth/keys.ts'
import type { GatewayEnv } from '../request/bindings.ts'
import { createAdmission } from './admission.ts'
import { admit } from './admit.ts'

const maxBodyBytes = 1_000

function setUp(maxInFlight: number) {
  const admission = createAdmission({ maxInFlight, maxQueue: 9 }, systemDeps)
  const app = new Hono<GatewayEnv>()
  app.post('/', async (c) => {
    await admit(c, { admission, keys: createKeyRing([]), maxBodyBytes })
    return c.text('in')
  })
  app.onError((error) => new Response('code' in error ? String(error.code) : error.message))
  const post = async (length: number, outgoing?: object): Promise<string> => {
    const request = new Request('http://gateway/', { method: 'POST', headers: { 'content-length': String(length) } })
    return (await app.fetch(request, { outgoing })).text()
  }
  return { admission, post }
}

describe('a request that asks to be let in', () => {
  it('weighs no more than its body may be: what is too large is refused for that, by whoever reads it', async () => {
    const { admission, post } = setUp(9)
    expect(await post(1e12)).toBe('in')
    expect(admission.figures().bytes).toBe(maxBodyBytes)
  })

  it('does not stand in line for a caller who has left before', async () => {
    const { admission, post } = setUp(1)
    await post(1)
    const gone = { destroyed: true, once: () => undefined, off: () => undefined }
    expect(await post(1, gone)).toBe('client_closed_request')
    expect(admission.figures().queued).toBe(0)
  })
})
