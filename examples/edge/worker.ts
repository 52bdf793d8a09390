import {
  createEngine,
  type Engine,
  InvalidRequestError,
  isProxyApiError,
  type ProviderOptions,
  ProxyApiError,
  systemDeps,
} from '@proxyapi/core'
import { type ClientContext, openAiChatClient } from '@proxyapi/core/dialects'

/** What the platform binds. */
export interface Env {
  /** Providers as JSON, tried in this order. */
  readonly PROVIDERS: string
  /** The model that each of them is asked for, as `provider/model`, separated by commas. */
  readonly TARGETS: string
}

/*
 * A worker may not use in one request what belongs to another, timers included: each deadline gets a timer of its own instead of all sharing one. What is
 * remembered of providers (circuits, rests, latencies) is plain data and serves all requests of an isolate.
 */
const deps = {
  ...systemDeps,
  setTimer: (callback: () => void, ms: number) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

let engine: Engine | undefined

/** Made by the first request: a worker draws no chance and starts no timer before it. */
function engineOf({ PROVIDERS, TARGETS }: Env): Engine {
  const [first = '', ...fallbacks] = TARGETS.split(',')
  engine ??= createEngine({
    deps,
    providers: JSON.parse(PROVIDERS) as readonly ProviderOptions[], // what the operator bound
    models: [{ name: 'assistant', targets: [first], fallbacks }],
  })
  return engine
}

const statuses: Readonly<Record<string, number>> = { caller: 400, provider: 502 }

function toErrorBody(error: unknown): { readonly status: number; readonly body: string } {
  const known = isProxyApiError(error) ? error : new ProxyApiError({ code: 'internal_error', message: 'The worker failed.' })
  const status = statuses[known.fault] ?? 500
  const { message, code, param } = known
  return { status, body: JSON.stringify(openAiChatClient.toErrorBody({ status, type: code, message, code, param: param ?? null })) }
}

type Body = Parameters<typeof openAiChatClient.fromRequest>[0]

async function readBody(request: Request): Promise<Body> {
  try {
    return (await request.json()) as Body // `fromRequest` checks each field
  } catch {
    throw new InvalidRequestError('The body is not JSON.')
  }
}

/** The stream in OpenAI's form, chunk by chunk. A client that leaves ends the call. */
function toEvents(answer: Awaited<ReturnType<Engine['stream']>>, context: ClientContext): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const batches = answer.batches[Symbol.asyncIterator]()
  let state = openAiChatClient.startStream(context)
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await batches.next()
        if (next.done === true) {
          controller.enqueue(encoder.encode(openAiChatClient.onEnd(state)))
          controller.close()
          return
        }
        let text = ''
        for (const chunk of next.value.chunks) {
          const step = openAiChatClient.onChunk(state, chunk)
          state = step.state
          text += step.text
        }
        if (text !== '') controller.enqueue(encoder.encode(text))
        else await this.pull?.(controller)
      } catch (error) {
        const message = isProxyApiError(error) ? error.message : 'The worker failed.'
        const told = { status: 502, type: 'provider_error', message, code: 'provider_error', param: null }
        controller.enqueue(encoder.encode(openAiChatClient.toErrorEvent(told, state)))
        controller.close()
      }
    },
    async cancel() {
      await batches.return?.()
    },
  })
}

async function answer(request: Request, env: Env): Promise<Response> {
  const body = await readBody(request)
  const asked = openAiChatClient.fromRequest(body)
  const includeUsage = JSON.stringify(body['stream_options'] ?? {}).includes('"include_usage":true')
  const context = { newId: deps.newId, nowSeconds: Math.floor(deps.now() / 1000), includeUsage, model: asked.model }
  const options = { signal: request.signal }
  if (asked.stream !== true) {
    const whole = await engineOf(env).chat(asked, options)
    return Response.json(openAiChatClient.toResponse(whole, context))
  }
  const streamed = await engineOf(env).stream(asked, options)
  return new Response(toEvents(streamed, context), {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
  })
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (new URL(request.url).pathname !== '/v1/chat/completions' || request.method !== 'POST')
      return new Response('Not found', { status: 404 })
    try {
      return await answer(request, env)
    } catch (error) {
      const { status, body } = toErrorBody(error)
      return new Response(body, { status, headers: { 'content-type': 'application/json' } })
    }
  },
}
