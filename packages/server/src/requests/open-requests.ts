import { ProxyApiError } from '@proxyapi/core'
import type { InFlight } from '../gateway/in-flight.ts'

/** A call under way, in the words of the HTTP answer. */
export interface OpenRequest {
  readonly id: string
  readonly key: { readonly id: string; readonly name: string } | null
  readonly provider: string | null
  readonly model: string | null
  readonly started_at: string
  /** The number of the attempt that is under way; 0 before the first. */
  readonly attempt: number
  /** Whether the answer has begun. */
  readonly answered: boolean
}

/** The calls under way, as far as operators see them and end them. */
export interface OpenRequests {
  readonly list: () => readonly OpenRequest[]
  /** Ends one as if its client had been refused; `false` when there is none of this id. */
  readonly end: (id: string) => boolean
}

type Open = ReturnType<InFlight['list']>[number]

function toOpenRequest({ call }: Open): OpenRequest {
  const { id, principal, attempts, startedAtMs } = call
  const last = attempts.at(-1)
  return {
    id,
    key: principal === undefined ? null : { id: principal.id, name: principal.name },
    provider: last?.provider ?? null,
    model: last?.model ?? null,
    started_at: new Date(startedAtMs).toISOString(),
    attempt: attempts.length,
    answered: last?.answeredAtMs !== undefined,
  }
}

export function toOpenRequests(inFlight: Pick<InFlight, 'list'>): OpenRequests {
  return {
    list: () => inFlight.list().map(toOpenRequest),
    end: (id) => {
      const found = inFlight.list().find(({ call }) => call.id === id)
      const message = 'An operator has ended this request.'
      found?.stop(new ProxyApiError({ code: 'client_closed_request', message }))
      return found !== undefined
    },
  }
}
