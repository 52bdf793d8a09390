import { describe, expect, it } from 'vitest'
import { diffConfig } from './diff-config.ts'
import { assertConfig } from './parse-config.ts'
import { maskConfig, secretPathsOf } from './secret-paths.ts'
import { takesRestart, withoutRestart } from './takes-restart.ts'

const openai = { name: 'openai', api_key: 'sk-first-0123456789' }
const demo = { name: 'demo', type: 'demo' }

function changes(from: object, to: object): readonly unknown[] {
  return diffConfig(assertConfig(from), assertConfig(to)).map(({ path, from: before, to: after, takes }) => [path, before, after, takes])
}

describe('the difference between two configurations', () => {
  it.each<[string, object, object, readonly unknown[]]>([
    ['nothing', { providers: [demo] }, { providers: [demo] }, []],
    ['an order of named entries', { providers: [demo, openai] }, { providers: [openai, demo] }, []],
    ['a default that is written out', {}, { server: { max_body_mb: 20 } }, []],
    ['a setting', { providers: [demo] }, { providers: [{ ...demo, weight: 3 }] }, [['providers.demo.weight', 1, 3, 'live']]],
    ['a setting that takes a restart', {}, { server: { port: 9000 } }, [['server.port', 8000, 9000, 'restart']]],
    [
      'a secret, which is not shown',
      { providers: [openai] },
      { providers: [{ ...openai, api_key: 'sk-second-0123456789' }] },
      [['providers.openai.api_key', '***', '***', 'live']],
    ],
    [
      'an entry that is gone',
      { models: [{ name: 'a', targets: ['demo/echo'] }] },
      {},
      [['models.a', { name: 'a', targets: ['demo/echo'] }, null, 'live']],
    ],
    [
      'a list of texts',
      { providers: [{ ...demo, models: ['echo'] }] },
      { providers: [{ ...demo, models: ['echo', 'lorem'] }] },
      [['providers.demo.models', ['echo'], ['echo', 'lorem'], 'live']],
    ],
  ])('tells %s', (_what, from, to, expected) => {
    expect(changes(from, to)).toEqual(expected)
  })
})

it('knows which settings take a restart by whole names', () => {
  const paths = [
    ['server', 'port'],
    ['server', 'port_range'],
    ['logging', 'level'],
    ['http_client', 'pool_limits', 'max_connections'],
  ]
  expect(paths.map(takesRestart)).toEqual([true, false, true, false])
})

it('leaves what takes a restart as it is, also where it was not given', () => {
  const running = assertConfig({ server: { port: 8001, max_in_flight: 5 } })
  const next = assertConfig({ server: { port: 8002, max_in_flight: 6 }, http_client: { pool_limits: { max_keepalive_connections: 3 } } })
  const { server, http_client: client } = withoutRestart(next, running)
  expect([server.port, server.max_in_flight, client.pool_limits]).toEqual([8001, 6, { keepalive_timeout: 30 }])
})

describe('secrets of a configuration', () => {
  const secrets = {
    providers: [
      { ...openai, headers: { 'x-team': 'header-secret' } },
      { name: 'bedrock', region: 'r', access_key_id: 'AKIA1', secret_access_key: 'aws-secret' },
    ],
    auth: { api_keys: ['plain-secret', { name: 'ops', key: 'named-secret' }] },
    alerting: {
      channels: {
        slack: { webhook_url: 'https://hooks.example/slack-secret' },
        email: { smtp_url: 'smtp://u:mail-secret@m', to: ['a@b.c'] },
      },
    },
    redis: { url: 'redis://u:redis-secret@r' },
    http_client: { proxy: 'http://u:proxy-secret@p' },
    telemetry: { otlp: { endpoint: 'https://user:otlp-secret@o/v1' } },
  }

  it('are found by the schema, wherever they stand', () => {
    expect(
      secretPathsOf(assertConfig(secrets))
        .map((path) => path.join('.'))
        .sort(),
    ).toEqual([
      'alerting.channels.email.smtp_url',
      'alerting.channels.slack.webhook_url',
      'auth.api_keys.0',
      'auth.api_keys.1.key',
      'http_client.proxy',
      'providers.0.api_key',
      'providers.0.headers.x-team',
      'providers.1.access_key_id',
      'providers.1.secret_access_key',
      'redis.url',
    ])
  })

  it('are in no copy that is shown', () => {
    const shown = JSON.stringify(maskConfig(assertConfig(secrets)))
    expect([/secret|AKIA1|sk-first/.exec(shown.replaceAll('"secret_access_key"', '')), shown.includes('https://user:***@o/v1')]).toEqual([
      null,
      true,
    ])
  })
})
