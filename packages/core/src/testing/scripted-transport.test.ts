import { describe, expect, it } from 'vitest'
import { isTransportError } from '../transport/transport-error.ts'
import type { ScriptedFault } from './scripted-fault.ts'
import { createScriptedTransport, type ScriptedTransport } from './scripted-transport.ts'
import type { UpstreamScript } from './upstream-script.ts'
import { createVirtualWorld, type VirtualWorld } from './virtual-world.ts'

const decoder = new TextDecoder()

interface Received {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly retryAfter: string | undefined
  readonly body: string
  /** How the answer ended: `end`, the fault of the transport, or `timeout`. */
  readonly ended: string
}

const silent: Received = { status: undefined, type: undefined, retryAfter: undefined, body: '', ended: 'timeout' }

function setUp(script: UpstreamScript): { world: VirtualWorld; transport: ScriptedTransport } {
  const world = createVirtualWorld({ seed: 3, startMs: 0 })
  return { world, transport: createScriptedTransport(world, { targets: { up: script } }) }
}

function send(transport: ScriptedTransport, stream: boolean, path = '/chat/completions') {
  const body = JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'client 7' }] })
  return transport.send({ method: 'POST', origin: 'http://up', path, headers: {}, body, connectTimeoutMs: 1 })
}

/** Everything that an upstream sends in the ten minutes after one request. */
async function receive(script: UpstreamScript, stream: boolean): Promise<Received> {
  const { world, transport } = setUp({ tokens: 3, ...script })
  let received = silent
  const listen = async (): Promise<void> => {
    const { status, headers, body } = await send(transport, stream).answer
    received = { ...received, status, type: headers['content-type'], retryAfter: headers['retry-after'] }
    for (let bytes = await body.read(); bytes !== undefined; bytes = await body.read()) {
      received = { ...received, body: received.body + decoder.decode(bytes) }
    }
    received = { ...received, ended: 'end' }
  }
  listen().catch((error: unknown) => {
    received = { ...received, ended: isTransportError(error) ? error.fault : String(error) }
  })
  await world.run(600_000)
  return received
}

function texts(body: string): string[] {
  return [...body.matchAll(/up-0·(\d+) /g)].map(([, index]) => index ?? '')
}

describe('a scripted upstream', () => {
  it('streams in the dialect of OpenAI', async () => {
    const { status, type, body, ended } = await receive({}, true)
    expect([status, type, ended, texts(body)]).toEqual([200, 'text/event-stream; charset=utf-8', 'end', ['0', '1', '2']])
    expect(body).toMatch(/"finish_reason":"stop".*"usage":\{"prompt_tokens":\d+,"completion_tokens":3.*data: \[DONE\]\n\n$/s)
  })

  it('streams in the dialect of Anthropic', async () => {
    const { body } = await receive({ dialect: 'anthropic-messages' }, true)
    const events = [...body.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
    expect(events).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      ...Array.from({ length: 3 }, () => 'content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
  })

  it('answers whole where no stream is asked for', async () => {
    const { type, body } = await receive({}, false)
    expect([type, JSON.parse(body)]).toMatchObject([
      'application/json',
      { choices: [{ message: { content: 'up-0·0 up-0·1 up-0·2 ' }, finish_reason: 'stop' }], usage: { completion_tokens: 3 } },
    ])
  })

  it.each<[ScriptedFault, Partial<Received>, readonly string[]]>([
    [{ type: 'refuse' }, { status: undefined, ended: 'connect' }, []],
    [{ type: 'reset' }, { status: undefined, ended: 'reset' }, []],
    [{ type: 'status', status: 429, retryAfterMs: 2_000 }, { status: 429, retryAfter: '2', ended: 'end' }, []],
    [{ type: 'status', status: 503 }, { status: 503, retryAfter: undefined, ended: 'end' }, []],
    [{ type: 'stall', at: 'before-headers' }, { status: undefined, ended: 'timeout' }, []],
    [{ type: 'stall', at: 'before-first-token' }, { status: 200, ended: 'timeout' }, []],
    [{ type: 'stall', at: { afterTokens: 2 } }, { status: 200, ended: 'timeout' }, ['0', '1']],
    [{ type: 'cut', afterTokens: 2, how: 'reset' }, { status: 200, ended: 'reset' }, ['0', '1']],
    [{ type: 'cut', afterTokens: 1, how: 'end' }, { status: 200, ended: 'end' }, ['0']],
    [{ type: 'duplicate', what: 'token' }, { ended: 'end' }, ['0', '0', '1', '2']],
    [{ type: 'no-end-mark' }, { ended: 'end' }, ['0', '1', '2']],
    [{ type: 'no-end-mark', hangs: true }, { ended: 'timeout' }, ['0', '1', '2']],
    [{ type: 'drip', slowdown: 10 }, { ended: 'end' }, ['0', '1', '2']],
    [{ type: 'wrong-form' }, { type: 'application/json', ended: 'end' }, ['0', '1', '2']],
    [{ type: 'html' }, { type: 'text/html', ended: 'end' }, []],
    [{ type: 'content-filter', afterTokens: 1 }, { ended: 'end' }, ['0']],
  ])('plays %o', async (fault, expected, tokens) => {
    const received = await receive({ faults: [{ fault }] }, true)
    expect(received).toMatchObject(expected)
    expect(texts(received.body)).toEqual(tokens)
  })

  it.each<[string, ScriptedFault, RegExp]>([
    ['broken events', { type: 'malformed', afterTokens: 1, events: 2 }, /(data: \{"choices":\[\{"index":0,"del\n\n){2}/],
    ['an error in mid-stream', { type: 'error-event', afterTokens: 1, message: 'gone' }, /data: \{"error":\{"message":"gone"/],
    ['pings while it stalls', { type: 'stall', at: 'before-first-token', pings: true }, /(: ping\n\n){9}/],
    ['wrong usage', { type: 'usage', how: 'wrong' }, /"prompt_tokens":1000000/],
    ['a filtered finish', { type: 'content-filter', afterTokens: 1 }, /"finish_reason":"content_filter"/],
    ['its finish twice', { type: 'duplicate', what: 'finish' }, /("finish_reason":"stop".*){2}/s],
    ['its end mark twice', { type: 'duplicate', what: 'end-mark' }, /(data: \[DONE\]\n\n){2}$/],
  ])('sends %s', async (_what, fault, pattern) => {
    expect((await receive({ faults: [{ fault }] }, true)).body).toMatch(pattern)
  })

  it.each<[ScriptedFault, string]>([
    [{ type: 'usage', how: 'missing' }, '"usage"'],
    [{ type: 'no-end-mark' }, '[DONE]'],
  ])('leaves out what %o takes away', async (fault, absent) => {
    expect((await receive({ faults: [{ fault }] }, true)).body).not.toContain(absent)
  })

  it('cuts a whole answer in its middle', async () => {
    const { body, ended } = await receive({ faults: [{ fault: { type: 'cut', afterTokens: 1, how: 'end' } }] }, false)
    expect(ended).toBe('end')
    expect(() => JSON.parse(body) as unknown).toThrow()
  })

  it('accepts no more calls per second than its capacity', async () => {
    const { world, transport } = setUp({ capacity: { callsPerSecond: 2, retryAfterMs: 1_000 } })
    const statuses: number[] = []
    for (const ms of [0, 1, 2, 1_500]) {
      world.schedule(ms, () => {
        void send(transport, false).answer.then(({ status }) => statuses.push(status))
      })
    }
    await world.run()
    expect(statuses).toEqual([429, 200, 200, 200])
  })

  it('refuses an unknown origin', async () => {
    const { world, transport } = setUp({})
    const exchange = transport.send({ method: 'POST', origin: 'http://other', path: '/', headers: {}, connectTimeoutMs: 1 })
    const failure = exchange.answer.catch((error: unknown) => error)
    await world.run()
    expect(await failure).toMatchObject({ fault: 'connect' })
  })

  it('records the calls that it served, and stops when it is aborted', async () => {
    const { world, transport } = setUp({ tokens: 50 })
    const exchange = send(transport, true)
    const read = exchange.answer.then(async ({ body }) => {
      for (;;) await body.read()
    })
    const failure = read.catch((error: unknown) => error)
    world.schedule(500, () => exchange.abort('left'))
    await world.run(400)
    expect(transport.ledger.open()).toHaveLength(1)
    await world.run()
    const [call] = transport.ledger.calls
    expect(await failure).toBe('left')
    expect(call).toMatchObject({ client: 7, target: 'up', model: 'm', stream: true, ended: 'aborted', endedAtMs: 500, finished: false })
    expect([call?.tokens, texts(call?.text ?? '').length]).toEqual([14, 14])
    expect(transport.ledger.open()).toEqual([])
  })

  it('answers health checks without a client, a token or a part of its capacity', async () => {
    const statuses: (number | string)[] = []
    for (const faults of [[], [{ fault: { type: 'status', status: 503 } as const }], [{ fault: { type: 'refuse' } as const }]]) {
      const { world, transport } = setUp({ faults, capacity: { callsPerSecond: 0 } })
      const { answer } = transport.send({ method: 'GET', origin: 'http://up', path: '/models', headers: {}, connectTimeoutMs: 1 })
      answer.then(
        ({ status }) => statuses.push(status),
        (error: unknown) => statuses.push(isTransportError(error) ? error.fault : ''),
      )
      await world.run()
      expect(transport.ledger.calls).toMatchObject([{ probe: true, client: undefined, tokens: 0 }])
    }
    expect(statuses).toEqual([200, 503, 'connect'])
  })

  describe('asked to continue a cut answer', () => {
    /** A first call that is cut, and a second that has to continue its text. */
    async function continueAnswer(last: boolean, refusesPrefill = false) {
      const { world, transport } = setUp({ tokens: 2, faults: [{ fault: { type: 'cut', afterTokens: 2, how: 'end' } }], refusesPrefill })
      send(transport, true)
      await world.run()
      const sent = transport.ledger.calls[0]?.text ?? ''
      const own = [{ role: 'assistant', content: last ? sent.trimEnd() : sent }, ...(last ? [] : [{ role: 'user', content: 'Go on.' }])]
      const messages = [{ role: 'user', content: 'client 7' }, ...own]
      const body = JSON.stringify({ model: 'm', stream: true, messages })
      transport.send({ method: 'POST', origin: 'http://up', path: '/', headers: {}, body, connectTimeoutMs: 1 })
      await world.run()
      return { sent, call: transport.ledger.calls[1] }
    }

    it('begins with the space that was trimmed from its own last message', async () => {
      const { sent, call } = await continueAnswer(true)
      expect(call).toMatchObject({ prefill: sent.trimEnd(), lead: ' ', text: ' up-1·0 up-1·1 ' })
    })

    it('continues, or repeats the last words, when it is asked in words', async () => {
      const { sent, call } = await continueAnswer(false)
      expect(['', sent.slice(-24)]).toContain(call?.lead)
      expect(call).toMatchObject({ prefill: sent, text: `${call?.lead}up-1·0 up-1·1 ` })
    })

    it('refuses a prefill where the script says so', async () => {
      expect((await continueAnswer(true, true)).call).toMatchObject({ status: 400, text: '' })
      expect((await continueAnswer(false, true)).call).toMatchObject({ status: 200 })
    })
  })

  it('closes a released body that does not end by itself', async () => {
    const { world, transport } = setUp({ faults: [{ fault: { type: 'no-end-mark', hangs: true } }] })
    void send(transport, true).answer.then(({ body }) => world.schedule(2_000, body.release))
    await world.run()
    expect(transport.ledger.calls[0]).toMatchObject({ ended: 'aborted', releasedAtMs: 2_020, endedAtMs: 3_020 })
  })

  it('plays the same for a client’s n-th call, whatever other clients do', () => {
    const faultsWith = (others: number) => {
      const { transport } = setUp({ faults: [{ fault: { type: 'reset' }, share: 0.5 }] })
      const ask = (content: string) => {
        const body = JSON.stringify({ messages: [{ role: 'user', content }] })
        transport.send({ method: 'POST', origin: 'http://up', path: '/', headers: {}, body, connectTimeoutMs: 1 })
      }
      for (let other = 0; other < others; other++) ask(`client ${100 + other}`)
      for (let call = 0; call < 12; call++) ask('client 7')
      return transport.ledger.calls.filter(({ client }) => client === 7).map(({ fault }) => fault?.type)
    }
    expect(faultsWith(5)).toEqual(faultsWith(0))
    expect(new Set(faultsWith(0))).toEqual(new Set(['reset', undefined]))
  })
})
