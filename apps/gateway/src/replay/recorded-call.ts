import type { RecordedRequest } from '@proxyapi/server'

/** Operations that can be asked again; counting tokens costs nothing and asks nobody. */
const replayed: ReadonlySet<string> = new Set(['chat', 'text_completion', 'embeddings', 'rerank', 'moderations'])

/** A recorded request whose body is there. */
export type Replayable = RecordedRequest & { readonly request: NonNullable<RecordedRequest['request']> }

export function isReplayable(recorded: RecordedRequest): recorded is Replayable {
  return recorded.request !== null && replayed.has(recorded.operation)
}

function controlHeaders({
  controls: { provider, strategy, fallbacks, no_cache: isUncached },
  user,
}: RecordedRequest): Record<string, string> {
  return {
    ...(provider !== undefined && { 'x-proxyapi-provider': provider }),
    ...(strategy !== undefined && { 'x-proxyapi-strategy': strategy }),
    ...(fallbacks !== undefined && fallbacks.length > 0 && { 'x-proxyapi-fallbacks': fallbacks.join(',') }),
    ...(isUncached === true && { 'cache-control': 'no-cache' }),
    ...(user !== null && { 'x-proxyapi-user': user }),
  }
}

/** The recorded request as HTTP, and what it is asked with. */
export function toReplayInit(
  recorded: Replayable,
  { id, credential, includeCost }: { readonly id: string; readonly credential: string | undefined; readonly includeCost: boolean },
): RequestInit {
  const headers = {
    'content-type': 'application/json',
    'x-request-id': id,
    'x-proxyapi-tags': ['replay', ...recorded.tags].join(','),
    ...controlHeaders(recorded),
    ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
    ...(recorded.request.path.startsWith('/v1/messages') && { 'anthropic-version': '2023-06-01' }),
  }
  const body = { ...recorded.request.body, ...(includeCost && { usage: { include: true } }) }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}
