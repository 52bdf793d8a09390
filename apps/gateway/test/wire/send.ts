import type { Answer } from './compare.ts'
import { type Exchange, providerOf } from './corpus.ts'

interface Delta {
  content?: string | null
  refusal?: string | null
  reasoning_content?: string
  tool_calls?: { index: number; id?: string; function?: { name?: string; arguments?: string } }[]
}

interface Chunk {
  id: string
  model: string
  choices: { index: number; delta: Delta; finish_reason: string | null }[]
  usage?: Record<string, unknown> | null
  error?: { message: string; type: string }
}

type Folded = NonNullable<Answer['body']['choices']>[number]

function foldDelta(choice: Folded, delta: Delta): void {
  const { message } = choice
  if (delta.content) message.content = (message.content ?? '') + delta.content
  if (delta.refusal) message.refusal = (message.refusal ?? '') + delta.refusal
  if (delta.reasoning_content) message.reasoning_content = (message.reasoning_content ?? '') + delta.reasoning_content
  for (const call of delta.tool_calls ?? []) {
    message.tool_calls ??= []
    const known = message.tool_calls[call.index]
    if (known === undefined)
      message.tool_calls[call.index] = {
        id: call.id ?? '',
        function: { name: call.function?.name ?? '', arguments: call.function?.arguments ?? '' },
      }
    else
      message.tool_calls[call.index] = {
        ...known,
        function: { ...known.function, arguments: known.function.arguments + (call.function?.arguments ?? '') },
      }
  }
}

/** Folds a stream as OpenAI's client does. @throws when it breaks the protocol */
function fold(text: string): Answer['body'] {
  const choices = new Map<number, Folded>()
  let usage: Record<string, unknown> | undefined
  let model: string | undefined
  const events = text.split('\n\n').filter((event) => event !== '')
  for (const event of events) {
    const data =
      event
        .split('\n')
        .find((line) => line.startsWith('data: '))
        ?.slice(6) ?? ''
    if (data === '[DONE]') break
    const chunk = JSON.parse(data) as Chunk
    if (chunk.error) return { error: chunk.error }
    model ??= chunk.model || undefined
    if (chunk.usage) usage = chunk.usage
    for (const { index, delta, finish_reason: finish } of chunk.choices) {
      const choice = choices.get(index) ?? { index, message: { content: null }, finish_reason: null }
      choices.set(index, choice)
      foldDelta(choice, delta)
      if (finish) choice.finish_reason = finish
    }
  }
  if (!text.endsWith('data: [DONE]\n\n')) throw new Error('the stream has no [DONE]')
  return { ...(model !== undefined && { model }), choices: [...choices.values()], usage }
}

/** Sends the OpenAI-format equivalent of an exchange through a gateway. */
export async function send(gateway: string, exchange: Exchange): Promise<Answer> {
  const path = exchange.endpoint === 'embeddings' ? '/v1/embeddings' : '/v1/chat/completions'
  const body = { ...exchange.openai_request, model: `${providerOf(exchange)}/${exchange.openai_request?.['model'] ?? exchange.model}` }
  const response = await fetch(gateway + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, ...(exchange.endpoint === 'embeddings' && { encoding_format: 'float' }) }),
  })
  const text = await response.text()
  const streamed = (response.headers.get('content-type') ?? '').startsWith('text/event-stream')
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: streamed ? fold(text) : (JSON.parse(text) as Answer['body']),
  }
}
