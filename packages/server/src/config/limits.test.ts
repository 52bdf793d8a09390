import { expect, it } from 'vitest'
import { parseConfig } from './parse-config.ts'
import { toEngineOptions } from './to-engine-options.ts'

function optionsOf(input: object): ReturnType<typeof toEngineOptions> {
  const parsed = parseConfig(input)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return toEngineOptions(parsed.config)
}

const openai = { name: 'openai', api_key: 'k' }

it('leaves what nobody configured to the engine, and lets as many connections be as requests are let in', () => {
  const { providers, routing, deadlines } = optionsOf({ providers: [openai], server: { max_in_flight: 7 } })
  expect(providers[0]).toMatchObject({ timeouts: {}, recovery: 'off' })
  expect(deadlines).toEqual({ plain: 600_000, stream: 1_800_000 })
  expect(routing?.slots).toEqual({ maxConcurrent: 7 })
})

it.each<[string, object, object]>([
  ['server.deadline_seconds', { server: { deadline_seconds: { plain: 5 } } }, { deadlines: { plain: 5_000, stream: 1_800_000 } }],
  ['http_client.pool_limits', { http_client: { pool_limits: { max_connections: 3 } } }, { routing: { slots: { maxConcurrent: 3 } } }],
  ['circuit_breaker.enabled', { circuit_breaker: { enabled: false } }, { routing: { breaker: { enabled: false } } }],
  [
    'circuit_breaker',
    {
      circuit_breaker: {
        failure_threshold: 9,
        failure_rate: 0.3,
        minimum_calls: 4,
        window_seconds: 60,
        recovery_timeout: 2,
        half_open_max_calls: 1,
      },
    },
    {
      routing: {
        breaker: {
          failureThreshold: 9,
          failureRate: 0.3,
          minimumCalls: 4,
          windowMs: 60_000,
          recoveryTimeoutMs: 2_000,
          halfOpenMaxCalls: 1,
        },
      },
    },
  ],
  [
    'routing.retry',
    { routing: { retry: { attempts_per_target: 1, max_attempts: 3 } } },
    { routing: { retry: { attemptsPerTarget: 1, maxAttempts: 3 } } },
  ],
  [
    'a provider’s limits',
    {
      providers: [
        { ...openai, timeout_seconds: 300, timeouts: { connect_ms: 1, first_token_ms: 2, idle_ms: 3, total_ms: 4 }, recovery: 'buffer' },
      ],
    },
    { providers: [{ timeouts: { plainMs: 300_000, connectMs: 1, firstTokenMs: 2, idleMs: 3, totalMs: 4 }, recovery: 'buffer' }, {}] },
  ],
  [
    'a provider’s model’s limits',
    {
      providers: [
        { ...openai, models: [{ id: 'o3', timeouts: { first_token_ms: 9 }, deadline_seconds: { stream: 8 }, recovery: 'continue' }] },
      ],
    },
    { providers: [{ models: [{ id: 'o3', timeouts: { firstTokenMs: 9 }, deadlineMs: { stream: 8_000 }, recovery: 'continue' }] }, {}] },
  ],
  [
    'a virtual model’s limits',
    { models: [{ name: 'v', targets: ['demo/echo'], timeout_seconds: 7, deadline_seconds: { plain: 8 }, recovery: 'off' }] },
    { models: [{ name: 'v', targets: ['demo/echo'], timeouts: { plainMs: 7_000 }, deadlineMs: { plain: 8_000 }, recovery: 'off' }] },
  ],
])('hands %s on', (_name, input, expected) => {
  expect(optionsOf({ providers: [openai], ...input })).toMatchObject(expected)
})

it.each([
  ['server.deadline_seconds.plain', { server: { deadline_seconds: { plain: 0 } } }],
  ['server.deadline_seconds.plain', { server: { deadline_seconds: { plain: 2_147_484 } } }],
  ['server.stream_keepalive_seconds', { server: { stream_keepalive_seconds: -1 } }],
  ['circuit_breaker.failure_rate', { circuit_breaker: { failure_rate: 1.1 } }],
  ['routing.retry.attempts_per_target', { routing: { retry: { attempts_per_target: 0 } } }],
  ['providers.0.timeouts.total_ms', { providers: [{ ...openai, timeouts: { total_ms: 3_000_000_000 } }] }],
])('refuses %s out of range: a timer would end at once', (path, input) => {
  const parsed = parseConfig(input)
  expect(parsed.ok ? [] : parsed.issues.map((issue) => issue.path.join('.'))).toEqual([path])
})
