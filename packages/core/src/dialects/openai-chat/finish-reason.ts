import type { Finish, FinishReason } from '../../chat/finish-reason.ts'

/** OpenAI's words and those of vendors with quirks of their own. */
const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
  function_call: 'tool_calls',
  model_length: 'length', // Mistral: the context window was full
  eos: 'stop', // Together
}

/** Reasons that every OpenAI client knows. */
export function isOpenAiFinishReason(native: unknown): boolean {
  return native === 'stop' || native === 'length' || native === 'tool_calls' || native === 'content_filter'
}

/** `undefined` when the vendor named no reason; an unknown word ends the choice like `stop`. */
export function fromOpenAiFinishReason(native: string | undefined, hasToolCalls: boolean): Finish {
  if (native === undefined || native === '') return { reason: hasToolCalls ? 'tool_calls' : 'stop', native: '' }
  return { reason: reasons[native] ?? 'stop', native }
}

/** Finish reasons that mean a failure of the provider. */
export function isFaultFinish(native: string | undefined): boolean {
  return native === 'error' || native === 'insufficient_system_resource' // OpenRouter; DeepSeek API docs, 2026-05
}
