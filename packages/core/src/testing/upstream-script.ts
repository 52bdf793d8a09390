import type { ProviderOptions } from '../providers/options.ts'
import type { Distribution } from './distribution.ts'
import type { FaultRule } from './scripted-fault.ts'

/** How a simulated provider behaves. All times are milliseconds. */
export interface UpstreamScript {
  /** Its wire format; `undefined` is `openai-chat`. */
  readonly dialect?: 'openai-chat' | 'anthropic-messages' | undefined
  /** From the request to the headers of the answer; `undefined` is 20. */
  readonly headersMs?: Distribution | undefined
  /** From the headers of a stream to its first token; `undefined` is 200. */
  readonly firstTokenMs?: Distribution | undefined
  /** Between two tokens; `undefined` is 20. */
  readonly tokenMs?: Distribution | undefined
  /** Tokens of an answer; `undefined` is 12. */
  readonly tokens?: Distribution | undefined
  /** Checked in order; the first rule that hits is the fault of the call. `undefined` is none. */
  readonly faults?: readonly FaultRule[] | undefined
  /** The calls per second that it accepts; the others get 429, with `retry-after` if it is given. `undefined` is no limit. */
  readonly capacity?: { readonly callsPerSecond: number; readonly retryAfterMs?: number | undefined } | undefined
  /** Refuses a prompt that ends with a message of the assistant, as some models do. */
  readonly refusesPrefill?: boolean | undefined
  /** Options of its provider in the engine: priority, weight, recovery, time limits. */
  readonly provider?: Partial<Pick<ProviderOptions, 'priority' | 'weight' | 'recovery' | 'timeouts' | 'models' | 'region'>> | undefined
}
