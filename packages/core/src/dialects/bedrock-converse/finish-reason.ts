import type { Finish, FinishReason } from '../../chat/finish-reason.ts'

/** docs.aws.amazon.com/bedrock/latest/APIReference, Converse `stopReason`, 2026-08. What is not here is an ordinary stop. */
const reasons: Readonly<Record<string, FinishReason>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
}

/** Some model families end their turn in the ordinary way after a tool call, too. */
export function fromBedrockStopReason(native: string, hasToolCalls: boolean): Finish {
  const reason = Object.hasOwn(reasons, native) ? (reasons[native] ?? 'stop') : 'stop'
  return { reason: reason === 'stop' && hasToolCalls ? 'tool_calls' : reason, native }
}
