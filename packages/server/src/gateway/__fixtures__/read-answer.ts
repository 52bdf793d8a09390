import type { Json } from './guarded-gateway.ts'

/** What a client of any surface got: its text, the arguments of its tool call, how it ended. */
export interface GotAnswer {
  readonly text: string
  readonly argumentsText: string
  readonly finish: string | null
  readonly error: Json | undefined
}

/** How each surface asks. */
export function bodyFor(path: string, words: string, stream: boolean): Json {
  const messages = [{ role: 'user', content: words }]
  if (path === '/v1/messages') return { max_tokens: 500, messages, stream }
  if (path === '/v1/responses') return { input: words, stream }
  return path === '/v1/completions' ? { prompt: words, stream } : { messages, stream }
}

export const surfacePaths = ['/v1/chat/completions', '/v1/messages', '/v1/responses', '/v1/completions'] as const

function get(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Readonly<Record<string | number, unknown>> | undefined)?.[step], value)
}

const words = (value: unknown): string => (typeof value === 'string' ? value : '')

function wholeOf(path: string, body: Json): GotAnswer {
  const error = body['error'] as Json | undefined
  if (error !== undefined && error !== null) return { text: '', argumentsText: '', finish: null, error }
  if (path === '/v1/messages') {
    const blocks = body['content'] as readonly Json[]
    const call = blocks.find(({ type }) => type === 'tool_use')
    const text = blocks.map((block) => words(block['text'])).join('')
    return { text, argumentsText: call === undefined ? '' : JSON.stringify(call['input']), finish: words(body['stop_reason']), error }
  }
  if (path === '/v1/responses') {
    const items = body['output'] as readonly Json[]
    const text = items.flatMap((item) => (item['content'] as readonly Json[] | undefined) ?? []).map((part) => words(part['text']))
    const argumentsText = items.map((item) => words(item['arguments'])).join('')
    return { text: text.join(''), argumentsText, finish: words(body['status']), error: undefined }
  }
  const text = words(get(body, 'choices', 0, 'text')) + words(get(body, 'choices', 0, 'message', 'content'))
  const argumentsText = words(get(body, 'choices', 0, 'message', 'tool_calls', 0, 'function', 'arguments'))
  return { text, argumentsText, finish: words(get(body, 'choices', 0, 'finish_reason')), error }
}

function addEvent(path: string, got: { -readonly [Name in keyof GotAnswer]: GotAnswer[Name] }, event: Json): void {
  const type = words(event['type'])
  if (event['error'] !== undefined && event['error'] !== null) got.error = event['error'] as Json
  if (path === '/v1/messages') {
    got.text += words(get(event, 'delta', 'text'))
    got.argumentsText += words(get(event, 'delta', 'partial_json'))
    got.finish = words(get(event, 'delta', 'stop_reason')) || got.finish
  } else if (path === '/v1/responses') {
    if (type === 'response.output_text.delta') got.text += words(event['delta'])
    if (type === 'response.function_call_arguments.delta') got.argumentsText += words(event['delta'])
    if (type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed') got.finish = words(get(event, 'response', 'status'))
    if (type === 'response.failed' || type === 'error') got.error = (get(event, 'response', 'error') ?? event) as Json
  } else {
    got.text += words(get(event, 'choices', 0, 'text')) + words(get(event, 'choices', 0, 'delta', 'content'))
    got.argumentsText += words(get(event, 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments'))
    got.finish = words(get(event, 'choices', 0, 'finish_reason')) || got.finish
  }
}

/** Reads an answer of any surface, whole or as a stream. */
export async function readAnswer(path: string, response: Response): Promise<GotAnswer> {
  const text = await response.text()
  if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) return wholeOf(path, JSON.parse(text) as Json)
  const got = { text: '', argumentsText: '', finish: null as string | null, error: undefined as Json | undefined }
  for (const line of text.split('\n')) if (line.startsWith('data: {')) addEvent(path, got, JSON.parse(line.slice(6)) as Json)
  return got
}
