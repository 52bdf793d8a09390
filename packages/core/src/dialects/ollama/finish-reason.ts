import type { Finish } from '../../chat/finish-reason.ts'

/**
 * Ollama says `stop` after tool calls too; `load` and `unload` answer an empty conversation. Calls that were cut off by
 * the token limit are not complete.
 */
export function fromOllamaFinishReason(native: string | undefined, hasToolCalls: boolean): Finish {
  if (native === 'length') return { reason: 'length', native }
  return { reason: hasToolCalls ? 'tool_calls' : 'stop', native: native ?? '' }
}
