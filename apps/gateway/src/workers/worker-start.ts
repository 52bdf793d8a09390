import type { ConfigReading } from '@proxyapi/server'

/** A configuration that was read, and is at work in the primary. */
export type GoodReading = Extract<ConfigReading, { readonly ok: true }>

/** What a worker starts with: the primary has read it, so that all of them run on the same. */
export interface WorkerStart {
  readonly reading: GoodReading
  /** Where all of them keep state. */
  readonly folder: string
  /** Makes pseudonyms and ids of keys, and signs. */
  readonly secret: string
  /** Where the primary takes what is not a worker's to answer. */
  readonly control: string
  /** Where to listen. Port 0 is any free one, and the same for all. */
  readonly host: string
  readonly port: number
  /** How many workers there are to be. */
  readonly workers: number
}

/** Where a worker listens. */
export interface WorkerAddress {
  readonly host: string
  readonly port: number
}

/** Why a worker could not start, as far as it could say so. */
export interface WorkerFailure {
  readonly message: string
  /** Of the system: `EADDRINUSE`. */
  readonly code?: string | undefined
}

/** A worker could not start: what it said of why. */
export class WorkerStartError extends Error {
  readonly code: string | undefined

  constructor({ message, code }: WorkerFailure) {
    super(message)
    this.name = 'WorkerStartError'
    this.code = code
  }
}
