import type { Exchange } from '../http/exchange.ts'
import { type AdmissionDeps, admit } from './admit.ts'

/** Runs work with a place among the requests under way. The call that it opens keeps the place until it has ended. */
export async function withAdmission<T>(
  exchange: Exchange,
  deps: AdmissionDeps & { readonly now: () => number },
  work: () => Promise<T>,
): Promise<T> {
  const admitted = admit(exchange, deps)
  const release = admitted instanceof Promise ? await admitted : admitted
  exchange.admittedAtMs = deps.now()
  try {
    return await work()
  } finally {
    // A stream may outlive this function: then the place is given back when its call ends.
    if (exchange.call === undefined) release()
    else exchange.call.hold(release)
  }
}
