import { type Deps, systemDeps } from '@proxyapi/core'

const headers = { 'content-type': 'application/json' }

function usageOf(index: number): object {
  return { prompt_tokens: 17 + (index % 91), completion_tokens: 5 + (index % 13), total_tokens: 22 + (index % 91) + (index % 13) }
}

function whole(index: number): Response {
  return Response.json({
    ...{ id: `c${index}`, object: 'chat.completion', created: 1, model: 'm', usage: usageOf(index) },
    choices: [{ index: 0, message: { role: 'assistant', content: 'An answer.' }, finish_reason: 'stop' }],
  })
}

function stream(index: number): Response {
  const event = (fields: object): string =>
    `data: ${JSON.stringify({ id: `c${index}`, object: 'chat.completion.chunk', created: 1, model: 'm', ...fields })}\n\n`
  const events = [
    event({ choices: [{ index: 0, delta: { role: 'assistant', content: 'An ' }, finish_reason: null }] }),
    event({ choices: [{ index: 0, delta: { content: 'answer.' }, finish_reason: 'stop' }] }),
    event({ choices: [], usage: usageOf(index) }),
    'data: [DONE]\n\n',
  ]
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const next = events.shift()
      if (next === undefined) controller.close()
      else controller.enqueue(encoder.encode(next))
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

/** A world whose providers answer in this process: the one called `one` fails every ninth time, and every fifth request is refused by all. */
export function answeringDeps(): Deps {
  let index = 0
  return {
    ...systemDeps,
    fetch: async (input, init) => {
      index++
      const host = new URL(String(input)).hostname
      const asked = JSON.parse(String(init?.body ?? '{}')) as { readonly stream?: boolean; readonly user?: string }
      if (asked.user === 'user-3') return new Response('{"error":{"message":"no such thing"}}', { status: 400, headers })
      if (host === 'one.test' && index % 9 === 0) return new Response('{"error":{"message":"down"}}', { status: 500, headers })
      return asked.stream === true ? stream(index) : whole(index)
    },
  }
}
