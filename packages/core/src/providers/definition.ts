import type { ChatRequest } from '../chat/request.ts'
import type { Deps } from '../deps.ts'
import type { Capabilities } from '../dialects/capabilities.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { FailureRow } from '../errors/classify-failure.ts'
import type { JsonValue } from '../wire/json.ts'
import type { ProviderOptions } from './options.ts'

/** A request that is about to be sent and must be authorised. */
export interface UnsignedRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined
}

/** Returns the headers that authorise a request. */
export type Authorizer = (request: UnsignedRequest) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>

/** An auth scheme: from a provider's options to its authoriser. @throws ProxyApiError `invalid_config` when a credential is missing. */
export type AuthScheme = (options: ProviderOptions, deps: Deps) => Authorizer

/** What a path may be built from. */
export interface PathTarget {
  readonly model: string
  readonly deployment: string
  readonly stream: boolean
  readonly options: ProviderOptions
}

/** The paths of a provider's operations below its base URL; an operation without a path is not offered. */
export interface ProviderPaths {
  /** `undefined` for providers that have no chat. */
  readonly chat?: ((target: PathTarget) => string) | undefined
  readonly embeddings?: ((target: PathTarget) => string) | undefined
  readonly rerank?: ((target: PathTarget) => string) | undefined
  readonly moderations?: ((target: PathTarget) => string) | undefined
  readonly models?: ((options: ProviderOptions) => string) | undefined
}

/** How a vendor's requests differ from its dialect, on the top level of the request body. Applied in this order. */
export interface WireQuirks {
  /** Words that this vendor spells otherwise. */
  readonly rename?: Readonly<Record<string, string>>
  /** Words that this vendor refuses: removed, and reported as dropped. */
  readonly drop?: readonly string[]
  /** Words that this vendor refuses and that change nothing in the answer: removed without a report. */
  readonly remove?: readonly string[]
  /** Values that this vendor spells otherwise, by word and value. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>
}

/** Another dialect in which a provider speaks of chat, and its path. */
export interface ChatVariant {
  readonly dialect: Dialect
  readonly chat: (target: PathTarget) => string
  /** Whether a request goes this way; `undefined` when the model knows no other. */
  readonly takes?: ((request: ChatRequest) => boolean) | undefined
  /** In the place of the row's. */
  readonly quirks?: WireQuirks | undefined
}

/** The options that hold credentials. */
export type CredentialName = 'apiKey' | 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'credentials'

/** One way to authenticate: every `required` option is given. */
export interface CredentialSet {
  readonly required: readonly CredentialName[]
  readonly optional?: readonly CredentialName[] | undefined
}

/** Options that environment variables may set. */
export type EnvOption = CredentialName | 'baseUrl' | 'apiVersion' | 'region' | 'project'

/** The environment variables of each option; of several, the first that is set counts. */
export type ProviderEnv = Readonly<Partial<Record<EnvOption, readonly string[]>>>

/** A kind of provider as data: a dialect plus a row. */
export interface ProviderDefinition {
  readonly type: string
  readonly dialect: Dialect
  /** The vendor's public address, as its own SDK takes it; a function where it depends on a region; `undefined` when it must be configured. */
  readonly baseUrl?: string | ((options: ProviderOptions) => string) | undefined
  /** Version suffixes that a configured base URL may carry and that our paths bring themselves. */
  readonly versionSuffixes?: readonly string[] | undefined
  readonly auth: AuthScheme
  /** The ways to authenticate, preferred first; `undefined` is an API key. */
  readonly credentials?: readonly CredentialSet[] | undefined
  /** Runs without a credential of its own. */
  readonly keyless?: boolean | undefined
  /** The variables that enable it where no configuration lists providers; `undefined` when none do. */
  readonly env?: ProviderEnv | undefined
  /** Beginnings of model ids that tell the vendor: how a bare id is known before any list has been fetched. */
  readonly families?: RegExp | undefined
  /** `gen_ai.provider.name` of OpenTelemetry's GenAI conventions (its registry, 2026); `undefined` is `type`. */
  readonly genAiName?: string | undefined
  readonly paths: ProviderPaths
  /** The other dialect that a model speaks, always or for some requests; `undefined` for models that speak the row's own alone. */
  readonly variant?: ((model: string, options: ProviderOptions) => ChatVariant | undefined) | undefined
  /** What the body names as its model: the model, or the deployment that serves it (Azure). `undefined` is the model. */
  readonly bodyModel?: 'deployment' | undefined
  readonly capabilities: Capabilities | ((model: string) => Capabilities)
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly quirks?: WireQuirks | undefined
  readonly failures?: readonly FailureRow[] | undefined
}

/** Returns the definition, so that a row is type-checked where it is written. */
export function defineProvider(definition: ProviderDefinition): ProviderDefinition {
  return definition
}
