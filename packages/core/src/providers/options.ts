import type { AttemptTimeouts } from '../call/attempt-timeouts.ts'
import type { Recovery } from '../call/target-limits.ts'
import type { ConfiguredModel } from './provider.ts'

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
  readonly recovery?: Recovery | undefined
  /** Headers to add to every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Azure's `api-version`. */
  readonly apiVersion?: string | undefined
  /** Bedrock and Vertex need it; for others it is the region that routes with `regions` compare. */
  readonly region?: string | undefined
  /** Vertex. */
  readonly project?: string | undefined
  /** Vertex: a service account key as JSON text. */
  readonly credentials?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly secretAccessKey?: string | undefined
  readonly sessionToken?: string | undefined
}
