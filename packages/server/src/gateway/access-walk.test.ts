import { systemDeps } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import { describe, expect, it } from 'vitest'
import { createMemoryKeyStore } from '../keys/memory-key-store.ts'
import { leastAccess, type Route } from '../route-table/route.ts'
import { createGateway } from './create-gateway.ts'

const keyOf = (role: string): string => `${role}-key-0123456789`
const completed: CompletedRequest[] = []
const gateway = createGateway(
  {
    chaos_engineering: { enabled: true },
    auth: {
      api_keys: ['none', 'viewer', 'user', 'admin'].map((role) => ({ name: role, key: keyOf(role), role })),
      roles: { none: [] },
    },
  },
  {
    deps: { ...systemDeps, defer: (run) => run() },
    keyStore: createMemoryKeyStore(),
    onRequest: (request) => void completed.push(request),
  },
)

/** A path that the row answers at. */
function pathOf({ path }: Route): string {
  return path.replaceAll(/\{[a-z_]+(?:\.\.\.)?\}/g, 'x')
}

async function ask(method: string, path: string, key?: string): Promise<Response> {
  return gateway.fetch(`http://gateway${path}`, { method, headers: key === undefined ? {} : { 'x-api-key': key } })
}

async function statusOf(method: string, path: string, key?: string): Promise<number> {
  return (await ask(method, path, key)).status
}

const rows = gateway.routes.map((route) => [`${route.method} ${route.path}`, route] as const)
const guarded = rows.filter(([, route]) => leastAccess(route) !== 'public')
const forEveryKey: ReadonlySet<string> = new Set(['key', 'observe'])
const narrow = guarded.filter(([, route]) => !forEveryKey.has(leastAccess(route)))
const forAdmins = narrow.filter(([, route]) => leastAccess(route) !== 'user')
const notForViewers = narrow.filter(([, route]) => !leastAccess(route).endsWith(':read'))

describe('every route of the table', () => {
  it('is walked: none of the lists below is empty', () => {
    expect([guarded, narrow, forAdmins, notForViewers].every((list) => list.length > 5)).toBe(true)
  })

  it.each(guarded)('%s answers 401 without a key, and with a wrong one', async (_row, route) => {
    const path = pathOf(route)
    expect([await statusOf(route.method, path), await statusOf(route.method, path, 'wrong-key')]).toEqual([401, 401])
  })

  it.each(narrow)('%s answers 403 to a role that may nothing', async (_row, route) => {
    expect(await statusOf(route.method, pathOf(route), keyOf('none'))).toBe(403)
  })

  it.each(forAdmins)('%s answers 403 to who may only ask models', async (_row, route) => {
    expect(await statusOf(route.method, pathOf(route), keyOf('user'))).toBe(403)
  })

  it.each(notForViewers)('%s answers 403 to who may only look', async (_row, route) => {
    expect(await statusOf(route.method, pathOf(route), keyOf('viewer'))).toBe(403)
  })

  it.each(rows)('%s answers other methods with 405 and names its own', async (_row, route) => {
    const own = gateway.routes.filter(({ path }) => path === route.path).map(({ method }) => method)
    const path = pathOf(route)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      if (own.some((one) => one === method)) continue
      const response = await ask(method, path, keyOf('admin'))
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, own.join(', ')])
    }
  })
})

describe('every route that changes state', () => {
  const changing = forAdmins.filter(([, route]) => route.method !== 'GET')

  it.each(changing)('%s is audited, also when it is refused', async (_row, route) => {
    expect(gateway.find(pathOf(route))?.entry.methods.get(route.method)?.facts.isAction).toBe(true)
    completed.length = 0
    await statusOf(route.method, pathOf(route), keyOf('user'))
    const named = route.audit === true ? `${route.method} ${route.path.replace('...}', '}')}` : route.audit
    expect(completed.map(({ audit, key, status }) => [audit, key?.name, status])).toEqual([[named, 'user', 403]])
  })

  it('is no row for every key but those that make calls', () => {
    const open = gateway.routes.filter((route) => route.method !== 'GET' && route.audit === undefined && route.operation === undefined)
    expect(open.map(({ path }) => path)).toEqual([])
  })
})
