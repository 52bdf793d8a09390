import type { ProviderOptions } from '../providers/options.ts'
import type { Distribution } from './distribution.ts'
import type { FaultRule } from './fault.ts'

/** How a simulated provider behaves. All times are milliseconds. */
export interface UpstreamScript {
  /** Which wire language it speaks; `undefined` is `openai-chat`. */
  readonly dialect?: 'openai-chat' | 'anthropic-messages' | undefined
  /** From the request to the answer's headers; `undefined` is 20. */
  readonly headersMs?: Distribution | undefined
  /** From a stream's headers to its first token; `undefined` is 200. */
  readonly firstTokenMs?: Distribution | undefined
  /** Between two tokens; `undefined` is 20. */
  readonly tokenMs?: Distribution | undefined
  /** Tokens of an answer; `undefined` is 12. */
  readonly tokens?: Distribution | undefined
  /** Asked in order; the first that strikes is the call's fault. */
  readonly faults?: readonly FaultRule[] | undefined
  /** Calls a second that it takes; the rest get 429, with `retry-after` when it is told. */
  readonly capacity?: { readonly callsPerSecond: number; readonly retryAfterMs?: number | undefined } | undefined
  /** Refuses a prompt that ends with the assistant's own words, as some models do. */
  readonly refusesPrefill?: boolean | undefined
  /** How the engine is told of it: priority, weight, recovery, time limits. */
  readonly provider?: Partial<Pick<ProviderOptions, 'priority' | 'weight' | 'recovery' | 'timeouts' | 'models' | 'region'>> | undefined
}
