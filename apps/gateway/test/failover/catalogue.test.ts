import { afterEach, describe, expect, it } from 'vitest'
import { type RunningScenario, runScenario, type ScenarioOptions } from './run-scenario.ts'
import { endCleanly, eventsThen, good, reset, silence, startStream, status, streamEvents, token, wholeText } from './scenarios.ts'
import type { ScriptedAnswer } from './scripted-upstream.ts'

let running: RunningScenario | undefined
afterEach(async () => {
  await running?.close()
  running = undefined
})

async function start(options: ScenarioOptions): Promise<RunningScenario> {
  running = await runScenario(options)
  return running
}

const fallback = [good('second')]
const fast = { timeouts: { first_token_ms: 150, idle_ms: 150 }, timeout_seconds: 0.15 }
const rateLimited = (headers: Record<string, string> = {}): ScriptedAnswer =>
  status(429, { message: 'Slow down.', type: 'rate_limit_error', code: 'rate_limit_exceeded' }, headers)

/** The whole answer is that of the fallback, without any text of the primary. */
function expectFallback(seen: Awaited<ReturnType<RunningScenario['ask']>>): void {
  expect(seen).toMatchObject({ status: 200, text: wholeText('second'), finish: 'stop', done: true, error: undefined })
  expect(seen.headers.get('x-proxyapi-provider')).toBe('fallback')
}

/** The client received a part of the primary's answer, and an error after it. */
function expectPartialWithError(seen: Awaited<ReturnType<RunningScenario['ask']>>, tokens: number): void {
  expect(seen).toMatchObject({ text: wholeText('first', tokens), finish: undefined, done: false })
  expect(seen.error?.code).toBeTypeOf('string')
}

describe('with a primary and a fallback', () => {
  it('a 429 with Retry-After is not retried earlier, and the fallback answers meanwhile', async () => {
    const { ask, primary } = await start({ primary: [rateLimited({ 'retry-after': '2' }), good('first')], fallback })
    expectFallback(await ask())
    expectFallback(await ask())
    expect(primary.seen.length).toBe(1)
  })

  it('a 429 with Retry-After and no other target is waited for', async () => {
    const { ask, primary } = await start({
      primary: [rateLimited({ 'retry-after-ms': '300' }), good('first')],
      fallback,
      model: { fallbacks: [] },
    })
    expect(await ask()).toMatchObject({ status: 200, text: wholeText('first') })
    const [one, two] = primary.seen
    expect((two?.atMs ?? 0) - (one?.atMs ?? 0)).toBeGreaterThanOrEqual(295)
  })

  it('a permanent 429 costs few attempts', async () => {
    const { ask, primary } = await start({ primary: [rateLimited()], fallback })
    for (let i = 0; i < 10; i++) expectFallback(await ask())
    expect(primary.seen.length).toBeLessThanOrEqual(2)
  })

  it('one 500 is retried', async () => {
    const { ask, primary } = await start({ primary: [status(500), good('first')], fallback })
    expect(await ask()).toMatchObject({ text: wholeText('first'), done: true })
    expect(primary.seen.length).toBe(2)
  })

  it('a permanent 503 opens the circuit', async () => {
    const { ask, primary } = await start({ primary: [status(503)], fallback })
    for (let i = 0; i < 20; i++) expectFallback(await ask())
    expect(primary.seen.length).toBeLessThanOrEqual(8)
  })

  it('a TCP reset', async () => {
    const { ask } = await start({ primary: [reset], fallback })
    expectFallback(await ask())
  })

  it.each([true, false])('total silence (stream %s)', async (stream) => {
    const { ask, primary } = await start({ primary: [silence], fallback, provider: fast })
    expect(await ask({ stream })).toMatchObject({ status: 200, text: wholeText('second') })
    await primary.closed(0)
  })

  it('a first token that comes too late', async () => {
    const late: ScriptedAnswer = (response) => {
      startStream(response)
      response.write(`: ping\n\n${streamEvents('first')[0]}`)
      const timer = setInterval(() => response.write(': ping\n\n'), 50)
      response.on('close', () => clearInterval(timer))
    }
    const { ask, primary } = await start({ primary: [late], fallback, provider: fast })
    expectFallback(await ask())
    await primary.closed(0)
  })

  it.each([
    ['a cut after 40 of 60 tokens', reset],
    ['a clean end after 40 of 60 tokens', endCleanly],
  ])('%s', async (_what, then) => {
    const { ask, receipts } = await start({ primary: [eventsThen('first', 41, then)], fallback })
    expectPartialWithError(await ask(), 40)
    expect(receipts).toMatchObject([{ outcome: 'error', attempts: [{ provider: 'primary' }] }])
  })

  it('a stall after 20 tokens', async () => {
    const { ask, primary } = await start({ primary: [eventsThen('first', 21, silence)], fallback, provider: fast })
    const seen = await ask()
    expectPartialWithError(seen, 20)
    expect(seen.error?.code).toBe('upstream_timeout')
    await primary.closed(0)
  })

  it('a malformed tenth event is skipped, and not forwarded', async () => {
    const events = streamEvents('first')
    const answer: ScriptedAnswer = (response) => {
      startStream(response)
      response.end([...events.slice(0, 9), 'data: {"id":"chatcmpl-1","choi\n\n', ...events.slice(9)].join(''))
    }
    const { ask } = await start({ primary: [answer], fallback })
    const seen = await ask()
    expect(seen).toMatchObject({ text: wholeText('first'), done: true })
    expect(seen.body).not.toContain('"choi\n')
  })

  it('no [DONE]', async () => {
    const answer: ScriptedAnswer = (response) => {
      startStream(response)
      response.end(streamEvents('first').slice(0, -1).join(''))
    }
    const { ask } = await start({ primary: [answer], fallback })
    expect(await ask()).toMatchObject({ text: wholeText('first'), finish: 'stop', done: true })
  })

  it('a 400 for context length takes one attempt', async () => {
    const error = {
      message: "This model's maximum context length is 8192 tokens.",
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
    }
    const { ask, primary, fallback: second } = await start({ primary: [status(400, error)], fallback })
    expect(await ask()).toMatchObject({ status: 400, error: { code: 'context_length_exceeded' } })
    expect([primary.seen.length, second.seen.length]).toEqual([1, 0])
  })

  it('a 400 for context length goes to the model that is configured for it', async () => {
    const error = { message: 'too long', type: 'invalid_request_error', code: 'context_length_exceeded' }
    const { ask } = await start({ primary: [status(400, error)], fallback, model: { fallbacks: { context_length: ['fallback/m'] } } })
    expectFallback(await ask())
  })

  it('a 400 for content policy takes one attempt and is forwarded with its reason', async () => {
    const error = { message: 'The response was filtered.', type: 'invalid_request_error', code: 'content_filter' }
    const { ask, primary, fallback: second } = await start({ primary: [status(400, error)], fallback })
    expect(await ask()).toMatchObject({ status: 400, error: { code: 'content_filter', message: 'The response was filtered.' } })
    expect([primary.seen.length, second.seen.length]).toEqual([1, 0])
  })

  it('a cut answer is continued by another model', async () => {
    const rest: ScriptedAnswer = (response, { body }) => {
      expect(JSON.stringify(body['messages'])).toContain(token('first', 39).trim())
      startStream(response)
      const events = streamEvents('first')
      response.end([...events.slice(0, 1), ...events.slice(41)].join(''))
    }
    const { ask, receipts } = await start({
      primary: [eventsThen('first', 41, reset)],
      fallback: [rest],
      provider: { recovery: 'continue' },
    })
    expect(await ask()).toMatchObject({ text: wholeText('first'), finish: 'stop', done: true, error: undefined })
    expect(receipts).toMatchObject([
      { outcome: 'complete', attempts: [{ outcome: 'connection' }, { reason: 'continuation', outcome: 'success' }] },
    ])
  })

  it('a cut and a fallback that rejects a partial answer: the client gets the first error', async () => {
    const refuses = status(400, { message: 'The last message must be from the user.', type: 'invalid_request_error' })
    const { ask, fallback: second } = await start({
      primary: [eventsThen('first', 41, reset)],
      fallback: [refuses],
      provider: { recovery: 'continue' },
    })
    const seen = await ask()
    expectPartialWithError(seen, 40)
    expect([seen.error?.code, second.seen.length]).toEqual(['upstream_connection_error', 1])
  })

  it.each([
    ['JSON', { response_format: { type: 'json_object' } }],
    ['several answers', { n: 2 }],
  ])('a cut answer is not continued for %s', async (_what, extra) => {
    const { ask, fallback: second } = await start({
      primary: [eventsThen('first', 41, reset)],
      fallback,
      provider: { recovery: 'continue' },
    })
    expectPartialWithError(await ask(extra), 40)
    expect(second.seen.length).toBe(0)
  })

  it('a cut of a buffered answer is retried elsewhere, unseen by the client', async () => {
    const { ask } = await start({ primary: [eventsThen('first', 41, reset)], fallback, provider: { recovery: 'buffer' } })
    expectFallback(await ask())
  })

  it('a primary that was down is back soon after', async () => {
    let isUp = false
    const answer: ScriptedAnswer = (response, request) => (isUp ? good('first') : status(503))(response, request)
    const { ask, primary } = await start({
      primary: [answer],
      fallback,
      config: {
        circuit_breaker: { failure_threshold: 3, recovery_timeout: 0.15 },
        routing: { retry: { base_delay_ms: 1, max_delay_ms: 1 } },
      },
    })
    const downUntil = Date.now() + 600
    while (Date.now() < downUntil) expectFallback(await ask())
    expect(primary.seen.length).toBeLessThanOrEqual(12)
    isUp = true
    const upAt = Date.now()
    while ((await ask()).headers.get('x-proxyapi-provider') !== 'primary') expect(Date.now() - upAt).toBeLessThan(5_000)
  })

  it('bills the provider that answered', async () => {
    const { ask, receipts } = await start({ primary: [status(500)], fallback })
    const seen = await ask({ stream_options: { include_usage: true } })
    expect(seen).toMatchObject({ model: 'second', usage: { total_tokens: 67 } })
    expect(seen.headers.get('x-proxyapi-attempts')).toBe('3')
    expect(seen.headers.get('x-proxyapi-fallback')).toBe('true')
    // 7 tokens in at 1 dollar a million and 60 out at 2.
    expect(receipts).toMatchObject([{ provider: 'fallback', model: 'second', costNanoUsd: 127_000, wastedNanoUsd: 0 }])
  })
})

describe('wherever a stream is cut', () => {
  it('no truncated answer looks complete, and no text is repeated', async () => {
    const events = streamEvents('first').join('')
    // 200 positions spread over the bytes of the answer, framing included.
    const cuts = Array.from({ length: 200 }, (_, index) => 1 + ((index * 7919) % (events.length - 1)))
    let at = 0
    const answer: ScriptedAnswer = (response) => {
      startStream(response)
      response.write(events.slice(0, cuts[at]), () => setTimeout(() => response.destroy(), 1))
    }
    const { ask } = await start({ primary: [answer], fallback, config: { circuit_breaker: { failure_threshold: 1_000_000 } } })
    const finished = events.indexOf('"finish_reason":"stop"')
    for (; at < cuts.length; at++) {
      const seen = await ask()
      const whole = seen.text === wholeText('first') || seen.text === wholeText('second')
      const partial = wholeText('first').startsWith(seen.text) && seen.error !== undefined
      expect(seen.done ? whole : partial, `cut at byte ${cuts[at]}`).toBe(true)
      // After the finish only the end mark is missing.
      if (seen.done && seen.text === wholeText('first')) expect(cuts[at]).toBeGreaterThan(finished)
    }
  }, 60_000)
})
