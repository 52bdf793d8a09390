import { afterEach, describe, expect, it } from 'vitest'
import { createHttpReceiver, createMailReceiver } from '../__fixtures__/receivers.ts'
import { createVirtualDeps, until } from '../__fixtures__/virtual-deps.ts'
import type { AlertChannel, AlertNotification } from '../engine/alert.ts'
import { createAlerting } from '../engine/create-alerting.ts'
import { createEmailChannel } from './email-channel.ts'
import { createPagerDutyChannel } from './pagerduty-channel.ts'
import { createSlackChannel } from './slack-channel.ts'
import { createWebhookChannel } from './webhook-channel.ts'
import { signWebhook, verifyWebhook, webhookHeaders } from './webhook-signature.ts'

const opened: { readonly close: () => Promise<void> }[] = []

async function open<T extends { readonly close: () => Promise<void> }>(opening: Promise<T>): Promise<T> {
  const receiver = await opening
  opened.push(receiver)
  return receiver
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ close }) => close()))
})

const notification: AlertNotification = {
  id: 'n1',
  status: 'firing',
  isReminder: false,
  dedupKey: 'proxyapi/slow',
  source: 'proxyapi',
  rule: 'slow <&>',
  severity: 'critical',
  condition: 'p95 > 5s',
  description: 'Look at the providers.',
  values: { p95: 5_678.123456 },
  startedAtMs: 1_800_000_000_000,
  atMs: 1_800_000_060_000,
}

const send = (channel: AlertChannel, changes: Partial<AlertNotification> = {}) =>
  channel.send({ ...notification, ...changes }, new AbortController().signal)

function bodyOf(received: { readonly body: string } | undefined): Record<string, unknown> {
  return JSON.parse(received?.body ?? '') as Record<string, unknown> // receivers get objects
}

/** Fires at once, resolves 10 s later, and lets retries come due in between, however long the sockets take. */
async function runAlert(channels: Record<string, AlertChannel>) {
  const deps = createVirtualDeps()
  let errorRate = 0.5
  const rules = [{ name: 'high_error_rate', condition: 'error_rate > 0.05', severity: 'critical' } as const]
  const alerting = createAlerting({ rules, channels, signals: { read: () => errorRate } }, deps)
  alerting.start()
  const settled = () => Object.values(alerting.history()[0]?.deliveries ?? {}).every(({ status }) => status === 'delivered')
  for (const transitions of [1, 2]) {
    while (alerting.history().length < transitions) await deps.pass(1_000)
    while (!settled()) {
      // No virtual time passes while a try is on its way: its limit of 10 s is among the timers.
      await until(() => settled() || !deps.timers().includes(10_000))
      if (!settled()) await deps.pass(1_000)
    }
    errorRate = 0
  }
  await deps.pass(600_000)
  const history = alerting.history()
  await alerting.close()
  return history
}

describe('channels on the virtual clock', () => {
  it.each([
    ['that work', [], []],
    ['that fail twice', [500, 429], ['451 later', '421 closing']],
  ])('%s get each transition exactly once', async (_what, statuses, replies) => {
    const slack = await open(createHttpReceiver(statuses))
    const webhook = await open(createHttpReceiver(statuses))
    const pagerduty = await open(createHttpReceiver(statuses))
    const mail = await open(createMailReceiver(replies))
    const receivers = [slack, webhook, pagerduty, mail]
    const history = await runAlert({
      slack: createSlackChannel({ webhookUrl: `${slack.url}/services/T/B/x` }),
      webhook: createWebhookChannel({ url: webhook.url, secret: 'shared' }),
      pagerduty: createPagerDutyChannel({ routingKey: 'key', baseUrl: pagerduty.url }),
      email: createEmailChannel({ smtpUrl: mail.url, to: ['ops@example.com'] }),
    })
    expect(receivers.map(({ accepted }) => accepted.length)).toEqual([2, 2, 2, 2])
    expect([slack, webhook, pagerduty].map(({ refused }) => refused.length)).toEqual([1, 1, 1].map(() => statuses.length))
    expect(mail.tries()).toBe(2 + replies.length)
    expect(slack.accepted.map((each) => String(bodyOf(each)['text']).slice(0, 10))).toEqual(['[FIRING] h', '[RESOLVED]'])
    expect(webhook.accepted.map((each) => bodyOf(each)['status'])).toEqual(['firing', 'resolved'])
    expect(pagerduty.accepted.map((each) => bodyOf(each)['event_action'])).toEqual(['trigger', 'resolve'])
    expect(new Set(pagerduty.accepted.map((each) => bodyOf(each)['dedup_key']))).toEqual(new Set(['proxyapi/high_error_rate']))
    expect(mail.accepted.map(({ data }) => /^Subject: \[(\w+)\]/m.exec(data)?.[1])).toEqual(['FIRING', 'RESOLVED'])
    expect(history.map(({ status, deliveries }) => [status, Object.values(deliveries).map((each) => each.status)])).toEqual([
      ['resolved', ['delivered', 'delivered', 'delivered', 'delivered']],
      ['firing', ['delivered', 'delivered', 'delivered', 'delivered']],
    ])
  })
})

describe('Slack', () => {
  it('gets a message whose text can’t be taken for markup', async () => {
    const receiver = await open(createHttpReceiver())
    await send(createSlackChannel({ webhookUrl: receiver.url }))
    expect(bodyOf(receiver.accepted[0])).toEqual({
      text: '[FIRING] slow &lt;&amp;&gt; (critical)',
      attachments: [
        {
          color: '#d00000',
          ts: 1_800_000_060,
          fields: [
            { title: 'Description', value: 'Look at the providers.', short: false },
            { title: 'Condition', value: 'p95 &gt; 5s', short: false },
            { title: 'Values', value: 'p95 = 5678', short: false },
            { title: 'Began', value: '2027-01-15T08:00:00.000Z', short: false },
            { title: 'Source', value: 'proxyapi', short: false },
          ],
        },
      ],
    })
  })
})

describe('a webhook', () => {
  it('is signed so that a receiver can check it', async () => {
    const receiver = await open(createHttpReceiver())
    await send(createWebhookChannel({ url: `${receiver.url}/in?x=1`, secret: 'shared' }, { now: () => 1_800_000_061_500 }), {
      status: 'resolved',
      endedAtMs: 1_800_000_060_000,
    })
    const [received] = receiver.accepted
    const timestamp = received?.headers[webhookHeaders.timestamp] as string
    const signature = received?.headers[webhookHeaders.signature] as string
    const signed = { secret: 'shared', timestamp, signature, body: received?.body ?? '', nowMs: 1_800_000_070_000 }
    expect([received?.path, received?.headers[webhookHeaders.delivery], timestamp]).toEqual(['/in?x=1', 'n1', '1800000061'])
    expect(bodyOf(received)).toMatchObject({
      id: 'n1',
      status: 'resolved',
      rule: 'slow <&>',
      values: { p95: 5_678.123456 },
      ended_at: '2027-01-15T08:01:00.000Z',
    })
    expect(verifyWebhook(signed)).toBe(true)
    expect(verifyWebhook({ ...signed, body: `${signed.body} ` })).toBe(false)
    expect(verifyWebhook({ ...signed, secret: 'other' })).toBe(false)
    expect(verifyWebhook({ ...signed, nowMs: signed.nowMs + 600_000 })).toBe(false)
    expect(verifyWebhook({ ...signed, timestamp: '1800000062' })).toBe(false)
    expect(verifyWebhook({ ...signed, signature: undefined })).toBe(false)
  })

  it('has a signature that others compute alike', () => {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
    expect(signWebhook({ secret: 'secret', timestamp: '1700000000', body: '{"a":1}' })).toBe(
      'sha256=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686',
    )
  })

  it('goes unsigned without a secret', async () => {
    const receiver = await open(createHttpReceiver())
    await send(createWebhookChannel({ url: receiver.url }))
    expect(receiver.accepted[0]?.headers).not.toHaveProperty(webhookHeaders.signature)
  })
})

describe('PagerDuty', () => {
  it('gets an event, and a test leaves nothing open', async () => {
    const receiver = await open(createHttpReceiver())
    const channel = createPagerDutyChannel({ routingKey: 'R0', baseUrl: receiver.url })
    await send(channel)
    await send(channel, { status: 'test' })
    expect(receiver.accepted.map(({ path }) => path)).toEqual(['/v2/enqueue', '/v2/enqueue', '/v2/enqueue'])
    expect(receiver.accepted.map((each) => bodyOf(each)['event_action'])).toEqual(['trigger', 'trigger', 'resolve'])
    expect(bodyOf(receiver.accepted[0])).toEqual({
      routing_key: 'R0',
      event_action: 'trigger',
      dedup_key: 'proxyapi/slow',
      payload: {
        summary: '[FIRING] slow <&> (critical)',
        source: 'proxyapi',
        severity: 'critical',
        timestamp: '2027-01-15T08:01:00.000Z',
        class: 'slow <&>',
        custom_details: { condition: 'p95 > 5s', description: 'Look at the providers.', values: { p95: 5_678.123456 } },
      },
    })
  })
})

describe('an e-mail', () => {
  it('says what there is to know, and has the same id in every try', async () => {
    const receiver = await open(createMailReceiver())
    const channel = createEmailChannel({ smtpUrl: receiver.url, to: ['a@example.com', 'b@example.com'], from: 'gateway@example.com' })
    await send(channel, { rule: 'slow\r\nBcc: c@example.com' })
    const [mail] = receiver.accepted
    expect([mail?.from, mail?.to]).toEqual(['gateway@example.com', ['a@example.com', 'b@example.com']])
    expect(mail?.data).toMatch(/^Subject: \[FIRING\] slow Bcc: c@example\.com \(critical\)$/m)
    expect(mail?.data).not.toMatch(/^Bcc:/im)
    expect(mail?.data).toMatch(/^Message-ID: <n1@127\.0\.0\.1>$/m)
    expect(mail?.data).toContain('Condition: p95 > 5s')
  })

  it.each([
    ['451 busy', true],
    ['550 no', false],
  ])('refused with %s can be tried again: %s', async (reply, retryable) => {
    const receiver = await open(createMailReceiver([reply]))
    const channel = createEmailChannel({ smtpUrl: receiver.url, to: ['a@example.com'] })
    await expect(send(channel)).rejects.toMatchObject({ message: `The mail server answered ${reply.slice(0, 3)}`, retryable })
  })
})

describe('a receiver over HTTP', () => {
  it.each([
    [400, {}, false, undefined],
    [302, { location: 'http://127.0.0.1:1/' }, false, undefined],
    [408, {}, true, undefined],
    [503, { 'retry-after': '7' }, true, 7_000],
    [429, { 'retry-after': 'Fri, 15 Jan 2027 08:00:09 GMT', date: 'Fri, 15 Jan 2027 08:00:00 GMT' }, true, 9_000],
    [429, { 'retry-after': 'soon' }, true, undefined],
  ])('that answers %i can be tried again: %#', async (status, headers, retryable, retryAfterMs) => {
    const receiver = await open(createHttpReceiver([status], headers))
    const failure = { message: `The webhook answered ${status}`, retryable, retryAfterMs, brand: '@proxyapi/error' }
    await expect(send(createWebhookChannel({ url: receiver.url }))).rejects.toMatchObject(failure)
  })

  it('that is away can be tried again, and the error does not tell its address', async () => {
    const receiver = await createHttpReceiver()
    await receiver.close()
    const channel = createWebhookChannel({ url: `${receiver.url}/secret-path` })
    await expect(send(channel)).rejects.toMatchObject({ message: 'The webhook could not be reached (ECONNREFUSED)', retryable: true })
  })
})

describe('an address', () => {
  it.each([
    ['', 'found nothing'],
    ['hooks.slack.com/x', 'found no URL'],
    ['ftp://example.com/secret', 'found the scheme ftp://'],
    ['http://169.254.169.254/latest', 'link-local'],
    ['http://2852039166/latest', 'link-local'],
    ['http://[::ffff:169.254.169.254]/', 'link-local'],
    ['http://[fe80::1]/', 'link-local'],
    ['http://metadata.google.internal/', 'link-local'],
  ])('%s is refused', (webhookUrl, message) => {
    expect(() => createSlackChannel({ webhookUrl })).toThrow(
      expect.objectContaining({ code: 'invalid_config', message: expect.stringContaining(message) }),
    )
    expect(() => createSlackChannel({ webhookUrl })).toThrow(/^(?!.*(?:secret|latest))/)
  })

  it('of mail is one of SMTP, with somebody to write to', () => {
    expect(() => createEmailChannel({ smtpUrl: 'http://x', to: ['a@b.c'] })).toThrow(/smtp:\/\/ or smtps:\/\//)
    expect(() => createEmailChannel({ smtpUrl: 'smtp://x', to: [] })).toThrow(/email to/)
    expect(() => createPagerDutyChannel({ routingKey: '' })).toThrow(/routing_key/)
  })
})
