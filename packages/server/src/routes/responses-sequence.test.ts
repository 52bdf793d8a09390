import { systemDeps } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

const encoder = new TextEncoder()
const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] }
const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'in_progress', output: [] }

/** The events of a Responses stream that breaks after some words, which quote a number of their own. */
const events = [
  { type: 'response.created', response },
  { type: 'response.in_progress', response },
  { type: 'response.output_item.added', output_index: 0, item },
  {
    type: 'response.content_part.added',
    item_id: 'msg_1',
    output_index: 0,
    content_index: 0,
    part: { type: 'output_text', text: '', annotations: [] },
  },
  { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'one', logprobs: [] },
  { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: '"sequence_number":77', logprobs: [] },
]

/** `perRead` events arrive with each read, then the connection breaks. */
function brokenStream(perRead: number): ReadableStream<Uint8Array> {
  let next = 0
  return new ReadableStream({
    pull: (controller) => {
      if (next >= events.length) {
        controller.error(new TypeError('terminated'))
        return
      }
      const text = events
        .slice(next, next + perRead)
        .map((event, index) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: next + index })}\n\n`)
        .join('')
      next += perRead
      controller.enqueue(encoder.encode(text))
    },
  })
}

describe('the numbers of the events of a Responses stream', () => {
  it.each([1, 2, 6])('go on counting where a provider breaks off, with %i events a read', async (perRead) => {
    const fetch = async (): Promise<Response> => new Response(brokenStream(perRead), { headers: { 'content-type': 'text/event-stream' } })
    const provider = { name: 'up', type: 'openai', api_key: 'k', base_url: 'http://up.test/v1', models: ['*'] }
    const gateway = createGateway({ providers: [provider], caching: { enabled: false } }, { deps: { ...systemDeps, fetch } })
    const answer = await gateway.fetch('http://localhost/v1/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'up/m', input: 'hi', stream: true }),
    })
    const told = [...(await answer.text()).matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as (typeof events)[number])
    expect(told.at(-1)).toMatchObject({ type: 'response.failed', response: { id: 'resp_1' } })
    expect(told.map((event) => (event as { sequence_number?: number }).sequence_number)).toEqual([0, 1, 2, 3, 4, 5, 6])
    await gateway.close()
  })
})
