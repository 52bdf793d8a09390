import { type Endpoint, toTransportRequest } from './encode-call.ts'
import type { ProviderDeps } from './provider-deps.ts'
import { timeoutError } from './provider-failure.ts'

const probeTimeoutMs = 5_000

/**
 * Whether a provider answers at all, by a request that costs nothing: its list of models. A refusal counts as an answer, a
 * fault of its own is none. A provider without such a list counts as reachable.
 */
export async function isReachable(endpoint: Endpoint, { transport, deps }: ProviderDeps): Promise<boolean> {
  const path = endpoint.definition.paths.models?.(endpoint.options)
  if (path === undefined) return true
  let stop = (): void => undefined
  try {
    const exchange = transport.send(await toTransportRequest(endpoint, path))
    stop = deps.setTimer(() => exchange.abort(timeoutError(endpoint.options.name, { name: 'probe', ms: probeTimeoutMs })), probeTimeoutMs)
    const answer = await exchange.answer
    answer.body.release()
    return answer.status < 500
  } catch {
    return false
  } finally {
    stop()
  }
}
