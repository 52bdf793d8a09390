import { createGateway } from '@proxyapi/server'
import { createRecordingTransport, type ScriptedAnswer, type SentRequest } from './recording-transport.ts'

/** The three surfaces of chat. */
export const surfaces = ['/v1/chat/completions', '/v1/messages', '/v1/responses'] as const
export type SurfacePath = (typeof surfaces)[number]

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

/** What is asked, in no surface's words. */
export interface Wish {
  readonly tools?: boolean | undefined
  /** Reasoning is turned off. */
  readonly off?: boolean | undefined
  readonly stream?: boolean | undefined
}

/** The same question in a surface's words. */
export function bodyOf(surface: SurfacePath, { tools, off, stream }: Wish): object {
  switch (surface) {
    case '/v1/chat/completions':
      return {
        messages: [{ role: 'user', content: 'hi' }],
        ...(tools && { tools: [{ type: 'function', function: { name: 'get_weather', parameters } }] }),
        ...(off && { reasoning_effort: 'none' }),
        ...(stream && { stream: true }),
      }
    case '/v1/messages':
      return {
        max_tokens: 2000,
        messages: [{ role: 'user', content: 'hi' }],
        ...(tools && { tools: [{ name: 'get_weather', input_schema: parameters }] }),
        ...(off && { thinking: { type: 'disabled' } }),
        ...(stream && { stream: true }),
      }
    case '/v1/responses':
      return {
        input: 'hi',
        ...(tools && { tools: [{ type: 'function', name: 'get_weather', parameters, strict: false }] }),
        ...(off && { reasoning: { effort: 'none' } }),
        ...(stream && { stream: true }),
      }
  }
}

export interface Answered {
  readonly status: number
  readonly dropped: readonly string[]
  readonly text: string
  readonly sent: SentRequest
  readonly attempts: number
}

/** Asks a gateway with one provider, whose answer is scripted. */
export async function ask(
  provider: Readonly<Record<string, unknown>>,
  surface: SurfacePath,
  { body, answer }: { readonly body: object; readonly answer: (request: SentRequest) => ScriptedAnswer },
): Promise<Answered> {
  const transport = createRecordingTransport(answer)
  const config = {
    providers: [{ name: 'p', api_key: 'k', models: ['*'], ...provider }],
    caching: { enabled: false },
    routing: { retry: { max_attempts: 1 } },
  }
  const gateway = createGateway(config, { transport })
  const response = await gateway.fetch(`http://gateway${surface}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  await gateway.close()
  const [sent] = transport.sent
  return {
    status: response.status,
    dropped: (response.headers.get('x-proxyapi-dropped-params') ?? '').split(', ').filter((name) => name !== ''),
    text,
    sent: sent ?? { path: '', headers: {}, text: '', body: {} },
    attempts: transport.sent.length,
  }
}
