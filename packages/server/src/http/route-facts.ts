import type { ClientError } from '@proxyapi/core/dialects'

/** What a request's records and errors take from the row of its route. */
export interface RouteFacts {
  /** The path as a pattern such as `/v1/models/{id}`: the name of the route in metrics, traces and records. */
  readonly endpoint: string
  /** What kind of call it makes, in the words of traces and metrics. */
  readonly operation?: string | undefined
  /** The name of the action in the audit log; `true` is method and endpoint, `undefined` is not audited. */
  readonly audit?: string | true | undefined
  /** Further headers of its JSON answers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Whether an audited action changes something: its answer waits until it has been recorded. */
  readonly isAction?: boolean | undefined
  /** The parameter of the path that names an end user: records hold its pseudonym alone. */
  readonly subject?: string | undefined
  /** Writes errors as the route's clients expect them; `undefined` is OpenAI's form. */
  readonly toErrorBody?: ((error: ClientError) => unknown) | undefined
  /** Looks at each JSON answer before it is sent; tests hold answers to their schema with it. */
  readonly checkAnswer?: ((contentType: string | undefined, body: string | Uint8Array) => void) | undefined
}

/** The endpoint of every unknown path, so that clients can't invent names. */
export const otherEndpoint = 'other'
