import { afterAll, beforeAll, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'
import { type Listening, listen } from '../node/listen.ts'

let gateway: Gateway
let listening: Listening
beforeAll(async () => {
  gateway = createGateway({ caching: { enabled: false } })
  listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
})
afterAll(async () => listening.stop(0))

const at = (path: string): string => `http://127.0.0.1:${listening.port}${path}`
const messages = [{ role: 'user', content: 'Hello' }]

interface Following {
  readonly status: number
  readonly next: () => Promise<string>
  readonly leave: () => void
}

async function follow(): Promise<Following> {
  const leaving = new AbortController()
  const response = await fetch(at('/api/requests/events'), { signal: leaving.signal })
  const reader = response.body?.getReader()
  const next = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value)
  return { status: response.status, next, leave: () => leaving.abort() }
}

it('follows requests over a socket, and gives its place back when it leaves', async () => {
  const first = await follow()
  expect(await first.next()).toBe(':\n\n')
  const body = JSON.stringify({ model: 'demo/echo', messages })
  await (await fetch(at('/v1/chat/completions'), { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text()
  expect(await first.next()).toMatch(/^id: 1\nevent: request\ndata: \{"id":"[0-9a-f]{32}",.*\}\n\n$/)
  const others = await Promise.all(Array.from({ length: 9 }, follow))
  expect((await follow()).status).toBe(429)
  first.leave()
  let again = await follow()
  // The server learns of the closed socket a little later.
  for (let tries = 0; again.status === 429 && tries < 100; tries++) again = await follow()
  expect(again.status).toBe(200)
  for (const { leave } of [...others, again]) leave()
})
