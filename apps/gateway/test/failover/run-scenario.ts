import { type Receipt, systemDeps } from '@proxyapi/core'
import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway } from '@proxyapi/server'
import { listen } from '@proxyapi/server/node'
import { type ScriptedAnswer, type ScriptedUpstream, startUpstream } from './scripted-upstream.ts'

export interface ScenarioOptions {
  readonly primary: readonly ScriptedAnswer[]
  readonly fallback: readonly ScriptedAnswer[]
  /** Sections to add to the configuration. */
  readonly config?: object
  /** Keys to add to the primary provider. */
  readonly provider?: object
  /** Keys to add to the virtual model. */
  readonly model?: object
}

/** One answer as a client received it. */
export interface ClientResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The text of a stream or of a whole answer. */
  readonly text: string
  readonly model: string | undefined
  readonly finish: string | undefined
  readonly usage: { readonly total_tokens: number } | undefined
  readonly error: { readonly code: string; readonly message: string; readonly type: string } | undefined
  /** Whether a stream ended with `[DONE]`. */
  readonly done: boolean
}

export interface RunningScenario {
  readonly primary: ScriptedUpstream
  readonly fallback: ScriptedUpstream
  readonly receipts: readonly Receipt[]
  /** Where the gateway listens. */
  readonly url: string
  readonly ask: (extra?: object, headers?: Readonly<Record<string, string>>) => Promise<ClientResponse>
  readonly close: () => Promise<void>
}

interface Choice {
  readonly delta?: { readonly content?: string | null }
  readonly message?: { readonly content?: string | null }
  readonly finish_reason?: string | null
}

interface Body {
  readonly model?: string
  readonly choices?: readonly Choice[]
  readonly usage?: ClientResponse['usage'] | null
  readonly error?: ClientResponse['error']
}

function bodiesOf(text: string, isStream: boolean): readonly Body[] {
  if (!isStream) return [JSON.parse(text) as Body]
  const datas = text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
  return datas.filter((data) => data !== '[DONE]').map((data) => JSON.parse(data) as Body)
}

async function toClientResponse(response: Response): Promise<ClientResponse> {
  const body = await response.text()
  const isStream = (response.headers.get('content-type') ?? '').startsWith('text/event-stream')
  const bodies = bodiesOf(body, isStream)
  const choices = bodies.flatMap((one) => one.choices ?? [])
  return {
    status: response.status,
    headers: response.headers,
    body,
    text: choices.map((choice) => choice.delta?.content ?? choice.message?.content ?? '').join(''),
    model: bodies.find((one) => one.model !== undefined)?.model,
    finish: choices.find((choice) => typeof choice.finish_reason === 'string')?.finish_reason ?? undefined,
    usage: bodies.findLast((one) => one.usage !== undefined && one.usage !== null)?.usage ?? undefined,
    error: bodies.find((one) => one.error !== undefined)?.error,
    done: body.endsWith('data: [DONE]\n\n'),
  }
}

/** Starts a gateway on a real socket over a primary and a fallback upstream, both scripted. */
export async function runScenario({
  primary,
  fallback,
  config = {},
  provider = {},
  model = {},
}: ScenarioOptions): Promise<RunningScenario> {
  const upstreams = { primary: await startUpstream(...primary), fallback: await startUpstream(...fallback) }
  const receipts: Receipt[] = []
  const prices = { input_usd_per_million: 1, output_usd_per_million: 2 }
  const gateway = createGateway(
    {
      providers: [
        { name: 'primary', type: 'openai_compatible', base_url: upstreams.primary.url, models: [{ id: 'm', ...prices }], ...provider },
        { name: 'fallback', type: 'openai_compatible', base_url: upstreams.fallback.url, models: [{ id: 'm', ...prices }] },
      ],
      models: [{ name: 'safe', targets: ['primary/m'], fallbacks: ['fallback/m'], ...model }],
      routing: { retry: { base_delay_ms: 5, max_delay_ms: 10 } },
      caching: { enabled: false },
      ...config,
    },
    { transport: createNodeTransport(), deps: { ...systemDeps, defer: (run) => run() }, onReceipt: (receipt) => receipts.push(receipt) },
  )
  const listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
  return {
    ...upstreams,
    receipts,
    url: `http://127.0.0.1:${listening.port}`,
    ask: async (extra = {}, headers = {}) =>
      toClientResponse(
        await fetch(`http://127.0.0.1:${listening.port}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ model: 'safe', messages: [{ role: 'user', content: 'Count.' }], stream: true, ...extra }),
        }),
      ),
    close: async () => {
      await listening.stop(0)
      upstreams.primary.close()
      upstreams.fallback.close()
    },
  }
}
