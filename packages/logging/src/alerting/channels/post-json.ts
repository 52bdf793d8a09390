import { ChannelError } from './channel-error.ts'

export interface JsonPost {
  /** For error messages, instead of the address. */
  readonly service: string
  readonly url: URL
  readonly body: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal: AbortSignal
  readonly fetch: typeof globalThis.fetch
}

/** Seconds, or a date, which is compared with the answer's own. */
function retryAfterMs(headers: Headers): number | undefined {
  const asked = headers.get('retry-after')
  if (asked === null) return undefined
  const ms = /^\d+$/.test(asked) ? Number(asked) * 1_000 : Date.parse(asked) - Date.parse(headers.get('date') ?? '')
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined
}

function systemCode(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : ''
}

async function send({ service, url, body, headers, signal, fetch }: JsonPost): Promise<Response> {
  const { httpClient } = await import('./http-client.ts') // only those who send pay for it
  try {
    return await httpClient.post(url, {
      body,
      headers: { 'content-type': 'application/json', ...headers },
      signal,
      fetch,
      redirect: 'manual',
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
    })
  } catch (error) {
    throw new ChannelError({ message: `${service} could not be reached${systemCode(error)}`, retryable: true, cause: error })
  }
}

/**
 * Posts once. Redirects are not followed.
 *
 * @throws ChannelError for whatever is not a success; `retryable` for 408, 429, 5xx and broken connections
 */
export async function postJson(post: JsonPost): Promise<void> {
  const response = await send(post)
  await response.body?.cancel()
  if (response.ok) return
  const { status } = response
  const retryable = status >= 500 || status === 408 || status === 429
  throw new ChannelError({ message: `${post.service} answered ${status}`, retryable, retryAfterMs: retryAfterMs(response.headers) })
}
