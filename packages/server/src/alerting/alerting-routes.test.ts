import { systemDeps } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../config/parse-config.ts'
import { createGateway } from '../gateway/create-gateway.ts'

const webhook = { url: 'http://alerts.example/hook' }

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown> & {
    readonly error: { readonly message: string; readonly param: string | null; readonly code: string }
  }
}

/** A gateway whose channels send to a recording receiver. */
function open(alerting: object, receiver = 204) {
  const sent: { readonly url: string; readonly body: Record<string, unknown> }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    sent.push({ url: request.url, body: (await request.json()) as Record<string, unknown> })
    return new Response(null, { status: receiver })
  }
  const gateway = createGateway({ alerting }, { deps: { ...systemDeps, fetch } })
  const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await gateway.fetch(`http://gateway${path}`, { method, ...init })
    return { status: response.status, body: (await response.json()) as Answer['body'] }
  }
  return { ask, sent }
}

const rule = { name: 'high_error_rate', condition: 'error_rate > 0.05 for 2m', severity: 'critical' }

describe('GET /api/alerts', () => {
  it('answers the state of the rules before anything has happened', async () => {
    const silences = [{ rule: 'high_error_rate', until: '2999-01-01', reason: 'moving' }, { until: '2000-01-01' }]
    const { ask } = open({ rules: [rule], channels: { webhook }, silences })
    expect((await ask('GET', '/api/alerts')).body).toMatchObject({
      enabled: true,
      firing: 0,
      rules: [
        {
          name: 'high_error_rate',
          severity: 'critical',
          condition: 'error_rate > 0.05 for 2m',
          channels: ['webhook'],
          state: 'inactive',
          since: null,
          silenced_until: '2999-01-01T00:00:00.000Z',
          evaluated_at: null,
        },
      ],
      silences: [{ rule: 'high_error_rate', reason: 'moving' }],
      history: [],
    })
  })

  it('has no rules while alerting is off', async () => {
    const { ask } = open({ enabled: false, rules: [rule] })
    expect((await ask('GET', '/api/alerts')).body).toMatchObject({ enabled: false, rules: [] })
    expect((await ask('GET', '/v1/status')).body['alerts']).toEqual({ rules: 0, pending: 0, firing: 0 })
  })

  it.each([
    ['POST', '/api/alerts'],
    ['GET', '/api/alerts/test'],
  ])('%s %s is not supported', async (method, path) => {
    expect((await open({}).ask(method, path)).status).toBe(405)
  })
})

describe('POST /api/alerts/test', () => {
  it.each([[undefined], [{}], [{ channel: 'webhook' }]])('sends a test for %j', async (body) => {
    const { ask, sent } = open({ channels: { webhook } })
    expect(await ask('POST', '/api/alerts/test', body)).toEqual({
      status: 200,
      body: { ok: true, results: [{ channel: 'webhook', ok: true }] },
    })
    expect(sent).toMatchObject([{ url: webhook.url, body: { status: 'test' } }])
  })

  it('tells what did not arrive', async () => {
    const { ask } = open({ channels: { webhook } }, 404)
    const results = [{ channel: 'webhook', ok: false, error: 'The webhook answered 404' }]
    expect((await ask('POST', '/api/alerts/test')).body).toEqual({ ok: false, results })
  })

  it('tells of a channel that a rule names and that has no address', async () => {
    const { ask } = open({ rules: [{ ...rule, channels: ['slack'] }], channels: { webhook } })
    const { body } = await ask('POST', '/api/alerts/test', { channel: 'slack' })
    expect(body).toMatchObject({
      ok: false,
      results: [{ error: 'The channel is not set up: alerting.channels.slack.webhook_url is empty' }],
    })
  })

  it.each<[string, object, unknown, number, string | null, string]>([
    ['an unknown channel', { channels: { webhook } }, { channel: 'pigeon' }, 400, 'channel', 'expected one of webhook'],
    ['a wrong type', { channels: { webhook } }, { channel: 7 }, 400, 'channel', 'found 7'],
    ['an unknown field', { channels: { webhook } }, { chanel: 'webhook' }, 400, 'chanel', 'did you mean "channel"?'],
    ['nothing to test', {}, {}, 409, null, 'No channel is set up'],
  ])('refuses %s', async (_what, alerting, asked, status, param, words) => {
    const { body, ...answer } = await open(alerting).ask('POST', '/api/alerts/test', asked)
    expect([answer.status, body.error.param]).toEqual([status, param])
    expect(body.error.message).toContain(words)
  })
})

describe('the configuration of alerts', () => {
  it('reads durations, and reads what it has read the same', () => {
    const alerting = { rules: [{ ...rule, for: '2m' }], interval: '1500ms', repeat: '1d', keep_firing: 30 }
    const once = parseConfig({ alerting })
    expect(once).toMatchObject({
      ok: true,
      config: { alerting: { rules: [{ for: 120 }], interval: 1.5, repeat: 86_400, keep_firing: 30 } },
    })
    expect(once.ok && parseConfig(once.config)).toEqual(once)
  })

  it.each<[string, object, string]>([
    [
      'a condition that can’t be read',
      { rules: [rule, { name: 'b', condition: 'error_rate >> 1' }] },
      "alerting.rules[1].condition: can't be read at position 13",
    ],
    ['a condition that never holds', { rules: [{ name: 'a', condition: 'error_rate > 5' }] }, 'alerting.rules[0].condition: can'],
    [
      'an anomaly of nothing',
      { rules: [{ name: 'a', anomaly: { signal: 'p96' } }] },
      "alerting.rules[0].anomaly.signal: can't be read at position 1",
    ],
    ['neither condition nor anomaly', { rules: [{ name: 'a' }] }, 'alerting.rules[0].condition: is missing'],
    ['both', { rules: [{ ...rule, anomaly: { signal: 'p95' } }] }, 'alerting.rules[0]: has both'],
    [
      'an unknown channel',
      { rules: [{ ...rule, channels: ['slack', 'pigeon'] }] },
      'alerting.rules[0].channels[1]: names no channel (found "pigeon"; allowed: slack, email, pagerduty, webhook)',
    ],
    ['a name twice', { rules: [rule, rule] }, 'alerting.rules[1].name: is there twice'],
    [
      'a provider that is not there',
      { rules: [{ name: 'a', condition: 'error_rate{provider="opneai"} > 5%' }] },
      'asks for a provider that is not configured (found "opneai"; allowed: demo)',
    ],
    [
      'a duration that is none',
      { rules: [{ ...rule, for: 'soon' }] },
      'alerting.rules[0].for: has a wrong value (found "soon"; allowed: a dur',
    ],
    ['too short an interval', { interval: '10ms' }, '1s to 1h'],
    ['a silence for nobody', { silences: [{ rule: 'x', until: '2999-01-01' }] }, 'alerting.silences[0].rule: names no rule'],
    ['a silence without an end', { silences: [{ until: 'later' }] }, 'a date such as 2027-01-01'],
    ['mail to nobody', { channels: { email: { smtp_url: 'smtp://h' } } }, 'alerting.channels.email.to: is missing'],
    ['mail where there is no SMTP', { channels: { email: { smtp_url: 'smtp://h', to: ['a@b.c'] } } }, 'e-mail needs Node'],
    ['metadata for a receiver', { channels: { webhook: { url: 'http://169.254.169.254/' } } }, 'webhook url: found a link-local'],
  ])('refuses %s', (_what, alerting, problem) => {
    expect(() => open(alerting)).toThrow(problem)
  })

  it('never shows an address', () => {
    const refused = (): unknown => open({ channels: { slack: { webhook_url: 'ftp://secret-place' } } })
    expect(refused).toThrow(
      'alerting.channels.slack.webhook_url: has a wrong value (found a string; allowed: a URL that begins with https:// or http://)',
    )
  })

  it('keeps the conditions of rules as they are written', async () => {
    const rules = [
      { name: 'high_error_rate', condition: 'error_rate > 0.05', severity: 'warning', channels: ['slack', 'email'] },
      { name: 'high_latency', condition: 'avg_response_time > 5000', severity: 'critical', channels: ['pagerduty'] },
    ]
    const { body } = await open({ rules }).ask('GET', '/api/alerts')
    expect(body['rules']).toMatchObject(rules)
  })
})
