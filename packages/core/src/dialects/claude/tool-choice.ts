import type { ChatRequest } from '../../chat/request.ts'
import type { ReasoningSupport } from '../capabilities.ts'
import { isForced } from './thinking.ts'

/** The request with a choice that the model takes: one that always thinks may refuse to be forced, and is left to choose. */
export function withPossibleChoice(
  request: ChatRequest,
  support: ReasoningSupport | undefined,
): { readonly request: ChatRequest; readonly changed: readonly string[] } {
  const isRefused = support?.mode === 'always' && support.refusesForcedTools === true && isForced(request)
  return isRefused ? { request: { ...request, toolChoice: 'auto' }, changed: ['tool_choice'] } : { request, changed: [] }
}
