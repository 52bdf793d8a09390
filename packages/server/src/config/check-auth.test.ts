import { describe, expect, it } from 'vitest'
import { renderIssue } from '../errors/config-issue.ts'
import { assertConfig, parseConfig } from './parse-config.ts'
import { toKeys, toRoles, toTeams, toUnknownPrice, toUserAllowance } from './to-keys.ts'

function issuesOf(auth: unknown): readonly string[] {
  const parsed = parseConfig({ auth })
  return parsed.ok ? [] : parsed.issues.map(renderIssue)
}

const key = (more: object): object => ({ api_keys: [{ name: 'web', key: 'client-key', ...more }], teams: [{ name: 'shop' }] })

describe('keys, teams and users of a configuration', () => {
  it.each<[what: string, auth: object, path: string]>([
    ['an unknown team', key({ team: 'shp' }), 'auth.api_keys[0].team'],
    ['an unknown role', key({ role: 'root' }), 'auth.api_keys[0].role'],
    ['a route without a slash', key({ routes: ['v1/models'] }), 'auth.api_keys[0].routes[0]'],
    ['a star within a route', key({ routes: ['/v1/*/x'] }), 'auth.api_keys[0].routes[0]'],
    ['a star within a name', key({ routes: ['/v1*'] }), 'auth.api_keys[0].routes[0]'],
    ['a limit of nothing', key({ limits: { requests_per_minute: 0 } }), 'auth.api_keys[0].limits.requests_per_minute'],
    ['an unknown limit', key({ limits: { rpm: 1 } }), 'auth.api_keys[0].limits.rpm'],
    ['a negative budget', key({ budget: { usd: -1 } }), 'auth.api_keys[0].budget.usd'],
    ['an unknown window', key({ budget: { usd: 1, window: 'year' } }), 'auth.api_keys[0].budget.window'],
    ['a share above one', key({ budget: { usd: 1, alert_at: [1.5] } }), 'auth.api_keys[0].budget.alert_at'],
    ['an unknown time zone', key({ budget: { usd: 1, time_zone: 'Mars/Olympus' } }), 'auth.api_keys[0].budget.time_zone'],
    ['too long a tag', key({ tags: ['x'.repeat(65)] }), 'auth.api_keys[0].tags[0]'],
    ['a number as metadata', key({ metadata: { a: 1 } }), 'auth.api_keys[0].metadata.a'],
    ['a team that is there twice', { teams: [{ name: 'a' }, { name: 'a' }] }, 'auth.teams[1].name'],
    ['a team without a name', { teams: [{ name: '' }] }, 'auth.teams[0].name'],
    ['a role by a name that is taken', { roles: { admin: ['user'] } }, 'auth.roles.admin'],
    ['a role of no permission', { roles: { ops: ['everything'] } }, 'auth.roles.ops[0]'],
    ['an issuer without an audience', { jwt: { issuer: 'i', jwks_url: 'https://i.example/keys' } }, 'auth.jwt.audience'],
    ['an issuer without its keys', { jwt: { issuer: 'i', audience: 'a' } }, 'auth.jwt.jwks_url'],
    ['keys without an issuer', { jwt: { audience: 'a', jwks_url: 'https://i.example/keys' } }, 'auth.jwt.issuer'],
    ['a shared secret as signature', { jwt: { algorithms: ['HS256'] } }, 'auth.jwt.algorithms[0]'],
    ['no signature', { jwt: { algorithms: ['none'] } }, 'auth.jwt.algorithms[0]'],
    ['a role of tokens that is none', { jwt: { roles: { staff: 'root' } } }, 'auth.jwt.roles.staff'],
    ['a default role that is none', { jwt: { default_role: 'root' } }, 'auth.jwt.default_role'],
    ['an unknown price that is no rule', { unknown_price: 'guess' }, 'auth.unknown_price'],
  ])('with %s are refused', (_what, auth, path) => {
    expect(issuesOf(auth)).toEqual([expect.stringContaining(path)])
  })

  it('says which teams there are', () => {
    expect(issuesOf(key({ team: 'shp' }))).toEqual(['auth.api_keys[0].team: names no team of auth.teams (found "shp"; allowed: shop)'])
  })

  it('become rules in whole nano-dollars', () => {
    const config = assertConfig({
      auth: {
        api_keys: [
          'bare-key',
          {
            name: 'web',
            key: 'client-key',
            team: 'shop',
            owner: 'ana',
            role: 'ops',
            routes: ['/v1/*'],
            tags: ['shop'],
            metadata: { cost_centre: '17' },
            limits: { requests_per_minute: 600, tokens_per_minute: '200000', parallel_requests: 50 },
            budget: { usd: 0.1, window: 'day', hard: false, alert_at: [0.9, 0.5, 0.9], time_zone: 'Europe/Berlin' },
          },
        ],
        teams: [{ name: 'shop', limits: {}, budget: { usd: 500 } }],
        users: { limits: { tokens_per_minute: 9 }, budget: { usd: 1, window: 'day', alert_at: 1 } },
        roles: { ops: ['user', 'cache:*'] },
        unknown_price: 2.5,
      },
    })
    expect(toKeys(config)).toEqual([
      { name: 'key-1', key: 'bare-key', role: 'user', models: ['*'] },
      {
        name: 'web',
        key: 'client-key',
        keySha256: undefined,
        team: 'shop',
        owner: 'ana',
        role: 'ops',
        permissions: new Set(['user', 'cache:*']),
        models: ['*'],
        routes: ['/v1/*'],
        tags: ['shop'],
        metadata: { cost_centre: '17' },
        criticality: 'default',
        limits: { requestsPerMinute: 600, tokensPerMinute: 200_000, parallelRequests: 50 },
        budget: { limitNanoUsd: 100_000_000, window: 'day', hard: false, alertAt: [0.5, 0.9], timeZone: 'Europe/Berlin' },
        expiresAtMs: undefined,
      },
    ])
    const month = { limitNanoUsd: 500_000_000_000, window: 'month', hard: true, alertAt: [0.8], timeZone: 'UTC' }
    expect([...toTeams(config.auth)]).toEqual([['shop', { limits: undefined, budget: month }]])
    expect(toUserAllowance(config.auth)).toEqual({
      limits: { requestsPerMinute: undefined, tokensPerMinute: 9, parallelRequests: undefined },
      budget: { limitNanoUsd: 1_000_000_000, window: 'day', hard: true, alertAt: [1], timeZone: 'UTC' },
    })
    expect(toUnknownPrice(config.auth)).toEqual({ usdPerMillionTokens: 2.5 })
    expect([...toRoles(config.auth).keys()]).toEqual(['viewer', 'user', 'admin', 'ops'])
  })
})
