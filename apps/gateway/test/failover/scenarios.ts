import type { ServerResponse } from 'node:http'
import type { ScriptedAnswer } from './scripted-upstream.ts'

const usage = { prompt_tokens: 7, completion_tokens: 60, total_tokens: 67 }

function event(model: string, choice: object | undefined, more: object = {}): string {
  const choices = choice === undefined ? [] : [choice]
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices, ...more })}\n\n`
}

/** The n-th token of an answer. Tokens contain the name of their model, so that mixed answers are noticed. */
export const token = (model: string, index: number): string => `${model}-${index} `

export function wholeText(model: string, tokens = 60): string {
  return Array.from({ length: tokens }, (_, index) => token(model, index)).join('')
}

/** The events of a complete stream of `tokens` tokens. */
export function streamEvents(model: string, tokens = 60): readonly string[] {
  return [
    event(model, { index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }),
    ...Array.from({ length: tokens }, (_, index) =>
      event(model, { index: 0, delta: { content: token(model, index) }, finish_reason: null }),
    ),
    event(model, { index: 0, delta: {}, finish_reason: 'stop' }),
    event(model, undefined, { usage }),
    'data: [DONE]\n\n',
  ]
}

export function startStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** A correct answer, as a stream or whole, as requested. */
export const good =
  (model: string): ScriptedAnswer =>
  (response, { body }) => {
    if (body['stream'] !== true) {
      const message = { role: 'assistant', content: wholeText(model) }
      json(response, 200, {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model,
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        usage,
      })
      return
    }
    startStream(response)
    response.end(streamEvents(model).join(''))
  }

export const status =
  (
    code: number,
    error: object = { message: 'The server had an error.', type: 'server_error' },
    headers: Record<string, string> = {},
  ): ScriptedAnswer =>
  (response) =>
    json(response, code, { error }, headers)

export const reset: ScriptedAnswer = (response) => {
  response.destroy()
}

/** Accepts the request and never answers. */
export const silence: ScriptedAnswer = () => undefined

/** The first `count` events of a stream, then another answer's behaviour. */
export const eventsThen =
  (model: string, count: number, then: ScriptedAnswer): ScriptedAnswer =>
  (response, request) => {
    startStream(response)
    response.write(streamEvents(model).slice(0, count).join(''), () => setTimeout(() => void then(response, request), 10))
  }

export const endCleanly: ScriptedAnswer = (response) => {
  response.end()
}
