/** What undici's `fetch` takes: it does not know a `Request` of the platform, which is a class of another copy of undici. */
export interface FetchArguments {
  readonly url: string
  readonly init: Readonly<Record<string, unknown>>
}

function initOf(request: Request): Readonly<Record<string, unknown>> {
  const { method, signal, body } = request
  // Following is the platform's default, and never ours: who asks for an error gets one.
  const redirect = request.redirect === 'follow' ? 'manual' : request.redirect
  const headers = Object.fromEntries(request.headers)
  return body === null ? { method, headers, signal, redirect } : { method, headers, signal, redirect, body, duplex: 'half' }
}

/** The arguments of a platform's `fetch` in terms that any copy of undici understands. */
export function toFetchArguments(input: string | URL | Request, init: RequestInit = {}): FetchArguments {
  if (!(input instanceof Request)) return { url: String(input), init: { redirect: 'manual', ...init } }
  return { url: input.url, init: { ...initOf(input), ...init } }
}
