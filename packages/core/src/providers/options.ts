import type { ConfiguredModel } from './provider.ts'

/** Bounds on one attempt, in milliseconds. */
export interface AttemptTimeouts {
  readonly connectMs: number
  /** Until a stream's first content. */
  readonly firstTokenMs: number
  /** Between two events of a stream that bring something. */
  readonly idleMs: number
  /** A whole plain answer. */
  readonly plainMs: number
  /** Any attempt, streams included. */
  readonly totalMs: number
}

/** CONTRACT.md section 4 and RESILIENCE.md section 2. */
export const defaultTimeouts: AttemptTimeouts = {
  connectMs: 3_000,
  firstTokenMs: 30_000,
  idleMs: 30_000,
  plainMs: 60_000,
  totalMs: 600_000,
}

/** One configured provider. */
export interface ProviderOptions {
  /** How model ids begin: `name/model`. */
  readonly name: string
  /** Which row of the provider table it is. */
  readonly type: string
  readonly apiKey?: string | undefined
  /** What the vendor's own SDK takes; `undefined` is the vendor's public address. */
  readonly baseUrl?: string | undefined
  /** Models to offer; `['*']` passes any id on; `undefined` asks the provider. */
  readonly models?: readonly (string | ConfiguredModel)[] | undefined
  readonly useCase?: string | undefined
  readonly priority?: number | undefined
  readonly weight?: number | undefined
  readonly timeouts?: Partial<AttemptTimeouts> | undefined
  /** Headers to add to every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Azure's `api-version`. */
  readonly apiVersion?: string | undefined
  /** Bedrock and Vertex. */
  readonly region?: string | undefined
  /** Vertex. */
  readonly project?: string | undefined
  /** Vertex: a service account key as JSON text. */
  readonly credentials?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly secretAccessKey?: string | undefined
  readonly sessionToken?: string | undefined
}
