import { describe, expect, it } from 'vitest'
import { isAmbiguousPath } from './ambiguous-path.ts'
import { defineRoute, type Method, type Route } from './route.ts'
import { createRouteTable } from './route-table.ts'

function route(method: Method, path: string, more: Partial<Pick<Route, 'access' | 'audit'>> = {}): Route {
  return defineRoute({ method, path, summary: path, handle: (exchange) => exchange.send(200, {}, ''), ...(more as object) })
}

const table = createRouteTable([
  route('GET', '/health', { access: 'public' }),
  route('GET', '/v1/models', { access: 'user' }),
  route('GET', '/v1/models/{id...}', { access: 'user' }),
  route('GET', '/api/chaos/{id}', { access: 'chaos:read' }),
  route('POST', '/api/chaos/start'),
  route('POST', '/api/chaos/{id}/stop'),
])

describe('a table of routes', () => {
  it.each([
    ['/health', '/health', {}],
    ['/v1/models', '/v1/models', {}],
    ['/v1/models/a', '/v1/models/{id}', { id: 'a' }],
    ['/v1/models/a/b', '/v1/models/{id}', { id: 'a/b' }],
    ['/v1/models/a%2Fb', '/v1/models/{id}', { id: 'a/b' }],
    ['/v1/models/%ff', '/v1/models/{id}', { id: '%ff' }],
    ['/api/chaos/start', '/api/chaos/start', {}],
    ['/api/chaos/7', '/api/chaos/{id}', { id: '7' }],
    ['/api/chaos/start/stop', '/api/chaos/{id}/stop', { id: 'start' }],
  ])('finds %s', (path, endpoint, params) => {
    const found = table.find(path)
    expect([found?.entry.endpoint, found?.params]).toEqual([endpoint, params])
  })

  it.each(['/', '/health/', '/v1/models/', '/api/chaos/', '/api/chaos/7/stop/now', '/nothing'])('knows nothing at %s', (path) => {
    expect(table.find(path)).toBeUndefined()
  })

  it('is for admins and audited where a row does not say otherwise', () => {
    expect(route('POST', '/api/x')).toMatchObject({ access: 'admin', audit: true })
    expect(route('POST', '/api/x', { access: 'user' })).toMatchObject({ access: 'user', audit: undefined })
  })

  it('asks for a key before it says that there is nothing, except below public paths', () => {
    expect(['/v1/x', '/api/x', '/health/x', '/x'].map(table.isGuarded)).toEqual([true, true, false, false])
  })

  it('refuses two rows for one method and path', () => {
    expect(() => createRouteTable([route('GET', '/a'), route('GET', '/a')])).toThrow('The route GET /a is defined twice.')
  })
})

describe('an ambiguous path', () => {
  it.each([
    ['/v1/models', undefined, false],
    ['/v1//models', undefined, true],
    ['/v1/../health', undefined, true],
    ['/v1/%2e%2e%2fhealth', undefined, true],
    ['/v1/a;b', undefined, true],
    ['/v1/models/a%2fb', { start: '/v1/models/'.length, isText: false }, false],
    ['/v1/models/..%2fb%00', { start: '/v1/models/'.length, isText: false }, true],
    ['/v1%2fx/models/a', { start: '/v1%2fx/models/'.length, isText: false }, true],
    ['/api/privacy/users/a%2f..%2fb%5cc%3bd e', { start: '/api/privacy/users/'.length, isText: true }, false],
    ['/api/privacy/users/a/../b', { start: '/api/privacy/users/'.length, isText: true }, true],
    ['/api/privacy/users/..', { start: '/api/privacy/users/'.length, isText: true }, true],
    ['/api/privacy/users/a;b', { start: '/api/privacy/users/'.length, isText: true }, true],
    ['/api%2fprivacy/users/a', { start: '/api%2fprivacy/users/'.length, isText: true }, true],
  ] as const)('%s', (path, rest, expected) => {
    expect(isAmbiguousPath(path, rest)).toBe(expected)
  })
})
