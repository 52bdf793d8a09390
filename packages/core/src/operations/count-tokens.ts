import type { Operation } from '../call/operation.ts'
import type { WholeAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import { estimateTokens } from '../chat/request-size.ts'

/** How many tokens a request has. */
export interface TokenCount {
  /** The model whose tokens were counted. */
  readonly model: string
  readonly inputTokens: number
}

/** What counting answers with. It has no stream. */
export type CountTokensAnswer = WholeAnswer<TokenCount>

/** The input tokens of a conversation. No provider serves it: a host answers it by a handler of its own. */
export const countTokens: Operation<ChatRequest, CountTokensAnswer> = {
  name: 'count_tokens',
  modelOf: ({ model }) => model,
  withModel: (request, model) => ({ ...request, model }),
  userOf: ({ user }) => user,
  isStream: () => false,
  // What is counted is not consumed.
  usageOf: () => undefined,
  answeringModelOf: ({ response }) => response.model,
  profileOf: () => ({ hasImages: false, hasTools: false, maxInputTokens: 0, expectedOutputTokens: 0 }),
  countTokens: estimateTokens,
  affinityKeyOf: ({ model }) => model,
}
