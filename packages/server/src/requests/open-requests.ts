import { ProxyApiError } from '@proxyapi/core'
import type { StoppableCall } from '../admission/in-flight.ts'
import type { CurrentGateway } from '../capability/capability.ts'
import type { Mask } from '../errors/client-error.ts'

/** A call under way, in the words of the HTTP answer. */
export interface OpenRequest {
  readonly id: string
  readonly key: { readonly id: string; readonly name: string } | null
  readonly requested_model: string
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

function toOpenRequest({ call }: StoppableCall, mask: Mask): OpenRequest {
  const { id, principal, requestedModel, attempts, startedAtMs } = call
  const last = attempts.at(-1)
  return {
    id,
    key: principal === undefined ? null : { id: principal.id, name: principal.name },
    requested_model: mask(requestedModel),
    provider: last?.provider ?? null,
    model: last === undefined ? null : mask(last.model),
    started_at: new Date(startedAtMs).toISOString(),
    attempt: attempts.length,
    answered: last?.answeredAtMs !== undefined,
  }
}

export function toOpenRequests({ openCalls }: Pick<CurrentGateway, 'openCalls'>, mask: Mask): OpenRequests {
  return {
    list: () => openCalls().map((open) => toOpenRequest(open, mask)),
    end: (id) => {
      const found = openCalls().find(({ call }) => call.id === id)
      const message = 'An operator has ended this request.'
      found?.stop(new ProxyApiError({ code: 'client_closed_request', message }))
      return found !== undefined
    },
  }
}
