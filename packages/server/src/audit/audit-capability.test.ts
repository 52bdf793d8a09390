import { systemDeps } from '@proxyapi/core'
import type { AuditEvent, Recorder } from '@proxyapi/logging/node'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

const keys = [
  { name: 'ops', key: 'admin-key-0123', role: 'admin' },
  { name: 'app', key: 'client-key-0123' },
]
const admin = { authorization: 'Bearer admin-key-0123' }
const client = { authorization: 'Bearer client-key-0123' }

/** A gateway whose recorder writes audit events when it is let, or fails to. */
function build() {
  const events: AuditEvent[] = []
  const waiting: { readonly write: () => void; readonly fail: () => void }[] = []
  const audit = (event: AuditEvent): Promise<void> => {
    events.push(event)
    return new Promise((resolve, reject) => waiting.push({ write: resolve, fail: () => reject(new Error('The disk is full')) }))
  }
  const figures = {
    queued: 0,
    written: 0,
    failures: 0,
    isFailing: false,
    setAside: 0,
    dropped: { queue: 0, store: 0, worker: 0, audit: 0 },
  }
  const held = { usage: { requests: 0 }, receipts: 0 } as never // what is held does not matter here
  const users: Partial<Recorder> = { user: async () => held, eraseUser: async () => ({ usage: 0, receipts: 0 }) }
  const recorder: Partial<Recorder> = {
    ...users,
    hasAudit: true,
    push: () => undefined,
    audit,
    figures: () => figures,
    close: async () => undefined,
  }
  // These tests ask for nothing that was recorded.
  const gateway = createGateway({ auth: { api_keys: keys } }, { recorder: recorder as Recorder, deps: systemDeps })
  const clear = (headers = admin): Promise<Response> => gateway.fetch('http://gateway/api/cache', { method: 'DELETE', headers })
  const arrived = async (): Promise<void> => {
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return { events, waiting, clear, arrived, gateway }
}

describe('an admin action', () => {
  it('is answered when it has been recorded, once', async () => {
    const { events, waiting, clear, arrived } = build()
    let isAnswered = false
    const answer = clear().then((response) => {
      isAnswered = true
      return response
    })
    await arrived()
    await new Promise((resolve) => setImmediate(resolve))
    expect([isAnswered, events.length]).toEqual([false, 1])
    expect(events[0]).toMatchObject({ action: 'DELETE /api/cache', outcome: 'success', actor: { name: 'ops' }, details: { status: 200 } })
    waiting[0]?.write()
    expect((await answer).status).toBe(200)
    await new Promise((resolve) => setImmediate(resolve))
    expect(events.length).toBe(1)
  })

  it('that can’t be recorded is answered with an error that says so, and recorded as a failure when that is possible again', async () => {
    const { events, waiting, clear, arrived } = build()
    const answer = clear()
    await arrived()
    waiting[0]?.fail()
    const response = await answer
    expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('carried out, but it could not be written')])
    expect(events.map(({ outcome, details }) => [outcome, details])).toEqual([
      ['success', expect.objectContaining({ status: 200 })],
      ['failure', expect.objectContaining({ status: 503, error: 'storage_unavailable' })],
    ])
  })

  it('that was refused is recorded after its answer', async () => {
    const { events, clear } = build()
    expect((await clear(client)).status).toBe(403)
    expect(events.map(({ outcome }) => outcome)).toEqual(['denied'])
  })

  it.each(['GET', 'HEAD', 'DELETE'])('that is a %s of what is held on a person waits for its record', async (method) => {
    const { events, waiting, arrived, gateway } = build()
    let isAnswered = false
    const answer = gateway.fetch('http://gateway/api/privacy/users/a%2Fb', { method, headers: admin }).then((response) => {
      isAnswered = true
      return response
    })
    await arrived()
    await new Promise((resolve) => setImmediate(resolve))
    expect([isAnswered, events.length]).toEqual([false, 1])
    expect(events[0]).toMatchObject({ object: '/api/privacy/users/{id}', actor: { name: 'ops' } })
    waiting[0]?.write()
    expect((await answer).status).toBe(200)
  })
})
