import type { Deps } from '@proxyapi/core'
import type { LoadOutcome } from './load-tally.ts'
import type { LoadTarget, LoadTestPlan } from './load-test-plan.ts'

/** Asks the gateway as a client would. */
export type AskGateway = (request: Request) => Promise<Response>

export interface SendOptions {
  readonly ask: AskGateway
  readonly plan: LoadTestPlan
  /** What the requests are told apart by. */
  readonly testId: string
  /** The gateway's own, for the time of the test. */
  readonly credential: string
  readonly signal: AbortSignal
  readonly deps: Pick<Deps, 'now' | 'newId'>
}

const nanoUsdPerUsd = 1e9
const words = 'The quick brown fox jumps over the lazy dog while rivers carry stones and letters far away'.split(' ')
/** English has about three quarters of a word to a token. */
const wordsPerToken = 0.75

function toPrompt(tokens: number): string {
  const count = Math.max(1, Math.round(tokens * wordsPerToken))
  return Array.from({ length: count }, (_, index) => words[index % words.length]).join(' ')
}

function toRequest(target: LoadTarget, { plan, testId, credential, signal, deps }: SendOptions): Request {
  const { stream, cache, promptTokens, maxTokens } = plan
  const body = {
    model: target.model,
    stream,
    max_tokens: maxTokens,
    messages: [{ role: 'user', content: toPrompt(promptTokens) }],
    usage: { include: true },
  }
  return new Request('http://127.0.0.1/v1/chat/completions', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-request-id': deps.newId(),
      'x-proxyapi-tags': `load-test,${testId}`,
      ...(!cache && { 'cache-control': 'no-store' }),
      authorization: `Bearer ${credential}`,
    },
    body: JSON.stringify(body),
    signal,
  })
}

/** The last number that stands behind `"cost":` in an answer, in dollars: of a stream it is in the last chunk. */
function costIn(text: string): number {
  const found = [...text.slice(-2_000).matchAll(/"cost":\s*(\d+(?:\.\d+)?(?:e-?\d+)?)/g)].at(-1)
  return found === undefined ? 0 : Math.round(Number(found[1]) * nanoUsdPerUsd)
}

/** An answer's text, and when its first piece came. */
async function readAnswer(
  { body }: Response,
  now: () => number,
): Promise<{ readonly text: string; readonly firstAtMs: number | undefined }> {
  if (body === null) return { text: '', firstAtMs: undefined }
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let text = ''
  let firstAtMs: number | undefined
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    firstAtMs ??= now()
    // The cost and the end are what is looked for: both are last.
    text = (text + decoder.decode(piece.value as Uint8Array, { stream: true })).slice(-4_000)
  }
  return { text, firstAtMs }
}

function errorIn(status: number, text: string, isStream: boolean): string | undefined {
  const code = /"code":\s*"([a-z_]{1,64})"/.exec(text)?.[1]
  if (status !== 200) return code ?? `http_${status}`
  if (!isStream) return undefined
  if (text.includes('"error"')) return code ?? 'stream_error'
  return text.includes('[DONE]') ? undefined : 'incomplete_stream'
}

/** Sends one request and tells how it ended. Latencies count from when it was due, so that a gateway that falls behind looks as slow as it is. */
export async function sendRequest(target: LoadTarget, dueAtMs: number, options: SendOptions): Promise<LoadOutcome> {
  const { ask, plan, deps } = options
  const lost = { provider: target.provider, firstContentMs: undefined, status: 0, costNanoUsd: 0 }
  try {
    const response = await ask(toRequest(target, options))
    const { text, firstAtMs } = await readAnswer(response, deps.now)
    const { status, headers } = response
    return {
      provider: headers.get('x-proxyapi-provider') ?? target.provider,
      latencyMs: deps.now() - dueAtMs,
      firstContentMs: plan.stream && firstAtMs !== undefined ? firstAtMs - dueAtMs : undefined,
      status,
      errorCode: errorIn(status, text, plan.stream),
      costNanoUsd: costIn(text),
    }
  } catch (error) {
    const errorCode = options.signal.aborted ? 'stopped' : error instanceof Error ? error.name : 'unknown'
    return { ...lost, latencyMs: deps.now() - dueAtMs, errorCode }
  }
}
