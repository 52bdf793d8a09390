import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createGate, startGateway, startUpstream, type TestGateway, type Upstream, until } from './test-gateway.ts'

const streamed = { stream: true, stream_options: { include_usage: true } }
let upstream: Upstream
let front: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  front = await startGateway(upstream)
})
afterAll(async () => {
  await front.close()
  await upstream.close()
})
beforeEach(() => {
  Object.assign(upstream, { calls: 0, cut: 0, down: false, gate: Promise.resolve() })
})

function textOf(sse: string): string {
  const events = sse.split('\n\n').filter((event) => event.startsWith('data: {'))
  return events
    .map((event) => JSON.parse(event.slice(6)) as { readonly choices: readonly { readonly delta?: { readonly content?: string } }[] })
    .map(({ choices }) => choices[0]?.delta?.content ?? '')
    .join('')
}

async function began(response: Response): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const reader = response.body?.getReader()
  if (reader === undefined) throw new Error('There is no body.')
  await reader.read()
  return reader
}

async function rest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for (let next = await reader.read(); !next.done; next = await reader.read()) text += decoder.decode(next.value, { stream: true })
  return text
}

describe('equal streams over sockets', () => {
  it('make one call of a hundred at once, and a hundred whole answers of it', async () => {
    const { gate, open } = createGate()
    upstream.gate = gate
    const asked = Array.from({ length: 100 }, () => front.ask('a hundred', streamed))
    const responses = await Promise.all(asked)
    open()
    const texts = await Promise.all(responses.map((response) => response.text()))
    expect(upstream.calls).toBe(1)
    expect(new Set(texts.map(textOf))).toEqual(new Set(['one two']))
    expect(texts.every((text) => text.includes('"total_tokens":12') && text.endsWith('data: [DONE]\n\n'))).toBe(true)
    const statuses = responses.map(({ headers }) => headers.get('x-proxyapi-cache'))
    expect([statuses.filter((one) => one === 'miss').length, statuses.filter((one) => one === 'coalesced').length]).toEqual([1, 99])
  })

  it('are read from the cache by the official SDK, which sees a stream with usage', async () => {
    await (await front.ask('for the SDK', streamed)).text()
    const client = new OpenAI({ apiKey: 'none', baseURL: `${front.url}/v1` })
    const stream = await client.chat.completions.create({
      model: 'up/m',
      messages: [{ role: 'user', content: 'for the SDK' }],
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let tokens: number | undefined
    for await (const { choices, usage } of stream) {
      text += choices[0]?.delta.content ?? ''
      tokens = usage?.total_tokens ?? tokens
    }
    expect([text, tokens, upstream.calls]).toEqual(['one two', 12, 1])
  })

  it('serve JSON from a stored stream', async () => {
    await (await front.ask('both ways', streamed)).text()
    const response = await front.ask('both ways')
    expect(response.headers.get('x-proxyapi-cache')).toBe('hit')
    expect(await response.json()).toMatchObject({
      choices: [{ message: { content: 'one two' }, finish_reason: 'stop' }],
      usage: { total_tokens: 12 },
    })
  })

  it('go on when one client leaves, and stop when the last one does', async () => {
    const { gate, open } = createGate()
    upstream.gate = gate
    const leaver = new AbortController()
    await began(await front.ask('leaving', streamed, { signal: leaver.signal }))
    const stays = await began(await front.ask('leaving', streamed))
    leaver.abort()
    await until(() => leaver.signal.aborted)
    open()
    expect(await rest(stays)).toContain('two')
    expect([upstream.calls, upstream.cut]).toEqual([1, 0])

    upstream.gate = createGate().gate
    const both = [new AbortController(), new AbortController()]
    for (const { signal } of both) await began(await front.ask('all leave', streamed, { signal }))
    for (const controller of both) controller.abort()
    await until(() => upstream.cut === 1)
    expect(upstream.calls).toBe(2)
    upstream.gate = Promise.resolve()
    const again = await front.ask('all leave', streamed)
    expect([again.headers.get('x-proxyapi-cache'), textOf(await again.text())]).toEqual(['miss', 'one two'])
  })
})
