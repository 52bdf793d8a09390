import type { Finish, FinishReason } from '../../chat/finish-reason.ts'
import { type JsonObject, readString } from '../../wire/json.ts'

/** OpenAI's words and those of vendors with quirks of their own. */
const reasons: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['function_call', 'tool_calls'],
  ['model_length', 'length'], // Mistral: the context window was full
  ['eos', 'stop'], // Together
])

/** Words for a cut by length in `native_finish_reason`, where OpenRouter repeats what the model's own vendor said. */
const nativeCuts: ReadonlySet<string> = new Set(['length', 'max_tokens', 'MAX_TOKENS', 'max_output_tokens', 'model_length'])

/** Reasons that every OpenAI client knows; `function_call` belongs to the calls of the first API. */
export function isOpenAiFinishReason(native: unknown): boolean {
  return native === 'stop' || native === 'length' || native === 'tool_calls' || native === 'content_filter' || native === 'function_call'
}

/** What a word means beside the calls of the answer: OpenAI itself says `stop` after a call that `tool_choice` named. */
function besideCalls(reason: FinishReason, hasToolCalls: boolean): FinishReason {
  if (reason === 'stop' && hasToolCalls) return 'tool_calls'
  return reason === 'tool_calls' && !hasToolCalls ? 'stop' : reason
}

/** `undefined` when the vendor named no reason; an unknown word ends the choice like `stop`. */
export function fromOpenAiFinishReason(native: string | undefined, hasToolCalls: boolean): Finish {
  return { reason: besideCalls(reasons.get(native ?? '') ?? 'stop', hasToolCalls), native: native ?? '' }
}

/** Whether the choice ended by its length although its `finish_reason` says something else. */
function isHiddenCut(choice: JsonObject): boolean {
  const native = choice['native_finish_reason']
  return typeof native === 'string' && choice['finish_reason'] !== 'length' && nativeCuts.has(native)
}

/** The finish of a choice. */
export function fromOpenAiFinish(choice: JsonObject, hasToolCalls: boolean): Finish {
  const native = readString(choice, 'finish_reason')
  return isHiddenCut(choice) ? { reason: 'length', native: native ?? '' } : fromOpenAiFinishReason(native, hasToolCalls)
}

/** The word for a client of the dialect: the vendor's own where clients know it. */
export function toOpenAiFinishReason(choice: JsonObject, { reason }: Finish): string {
  const native = choice['finish_reason']
  return typeof native === 'string' && isOpenAiFinishReason(native) && !isHiddenCut(choice) ? native : reason
}

/** Finish reasons that mean a failure of the provider. */
export function isFaultFinish(native: string | undefined): boolean {
  return native === 'error' || native === 'insufficient_system_resource' // OpenRouter; DeepSeek API docs, 2026-05
}
