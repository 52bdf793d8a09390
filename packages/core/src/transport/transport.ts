/** One upstream HTTP call, ready to be sent. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST'
  /** Scheme, host and port, for instance `https://api.openai.com`. */
  readonly origin: string
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined
  /** Bound on establishing a connection; time in a queue does not count. */
  readonly connectTimeoutMs: number
}

/** The bytes of an answer, as they arrive. Reading is what keeps the provider sending. */
export interface ByteSource {
  /** Everything that has arrived since the last read, waiting for at least one byte; `undefined` at the end. */
  readonly read: () => Promise<Uint8Array | undefined>
  /** Reads to the end at once, where that is cheaper than piece by piece. @throws ProviderError `invalid_response` beyond `maxBytes` */
  readonly readAll?: ((maxBytes: number) => Promise<Uint8Array>) | undefined
  /** Nobody will read on: let the connection go back to its pool if the body ends soon, else close it. */
  readonly release: () => void
}

/** An upstream's answer once its headers are there. */
export interface TransportAnswer {
  readonly status: number
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** Decompressed bytes. */
  readonly body: ByteSource
}

/** A call under way. */
export interface TransportExchange {
  /** Settles when the headers are there. Rejects with `TransportError`, or with the reason given to `abort`. */
  readonly answer: Promise<TransportAnswer>
  /** Closes the upstream call for real; pending and later reads reject with `reason`. */
  readonly abort: (reason: unknown) => void
  /** Whether any of the request has been written: the provider may have worked on it. Where it is not there, that is not known. */
  wasSent?(): boolean
}

/** How bytes reach a provider. Never follows redirects, never retries. */
export interface Transport {
  readonly send: (request: TransportRequest) => TransportExchange
  /** Closes idle connections and waits for none. */
  readonly close: () => Promise<void>
}
