import type { ChatChunk } from '../../chat/chunk.ts'
import type { Finish } from '../../chat/finish-reason.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { Usage } from '../../chat/usage.ts'
import { type DemoDraft, textOf } from './demo-draft.ts'
import { demoLogprob, inputTokensOf, toTokens } from './tokens.ts'

/** A step of the answer that costs a token. */
type TokenChunk = Extract<ChatChunk, { type: 'reasoning-delta' | 'text-delta' | 'tool-call-start' | 'tool-call-delta' }>

/** A call's id is the same each time, and no other in the conversation has it. */
function callChunks({ calls }: DemoDraft, choice: number, { messages }: ChatRequest): readonly TokenChunk[] {
  return calls.flatMap(({ name, argumentsText }, index): readonly TokenChunk[] => [
    { type: 'tool-call-start', choice, index, id: `call_${messages.length}_${choice}_${index}`, name },
    ...toTokens(argumentsText).map((text): TokenChunk => ({ type: 'tool-call-delta', choice, index, argumentsText: text })),
  ])
}

function tokenChunks(draft: DemoDraft, choice: number, request: ChatRequest): readonly TokenChunk[] {
  const logprobs = (token: string) => (request.logprobs === true ? [demoLogprob(token, request.topLogprobs ?? 0)] : undefined)
  return [
    ...toTokens(draft.reasoning).map((text): TokenChunk => ({ type: 'reasoning-delta', choice, index: 0, origin: 'demo', text })),
    ...toTokens(draft.text).map((text): TokenChunk => ({ type: 'text-delta', choice, text, logprobs: logprobs(text) })),
    ...callChunks(draft, choice, request),
  ]
}

function finishOf({ calls, stopSequence }: DemoDraft, isCut: boolean): Finish {
  if (isCut) return { reason: 'length', native: 'length' }
  if (calls.length > 0) return { reason: 'tool_calls', native: 'tool_calls' }
  return { reason: 'stop', native: 'stop', stopSequence }
}

function usageOf({ messages }: ChatRequest, tokens: readonly TokenChunk[]): Usage {
  const inputTokens = messages.reduce((sum, { content }) => sum + inputTokensOf(textOf(content)), 0)
  const outputTokens = Math.max(1, tokens.length)
  const reasoningTokens = tokens.filter(({ type }) => type === 'reasoning-delta').length
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens, ...(reasoningTokens > 0 && { reasoningTokens }) }
}

/** The answer in steps, one a token: choice after choice, each cut to `maxTokens`. */
export function demoChunks(draft: DemoDraft, request: ChatRequest): readonly ChatChunk[] {
  const limit = request.maxTokens ?? Number.POSITIVE_INFINITY
  const choices = Array.from({ length: request.n ?? 1 }, (_, choice) => {
    const all = tokenChunks(draft, choice, request)
    const said = all.slice(0, limit)
    const finish: ChatChunk = { type: 'finish', choice, finish: finishOf(draft, said.length < all.length) }
    return { said, finish }
  })
  const usage = usageOf(
    request,
    choices.flatMap(({ said }) => said),
  )
  return [...choices.flatMap(({ said, finish }) => [...said, finish]), { type: 'usage', usage }]
}
