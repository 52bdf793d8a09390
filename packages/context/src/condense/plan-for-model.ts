import type { CondenseRequest, CondenseResult } from './condense-request.ts'
import type { Summarised } from './condense-results.ts'
import { askedText, detailedSteps } from './condense-steps.ts'
import type { CondenseTools } from './condense-tools.ts'
import type { ConversationProfile } from './conversation-profile.ts'
import type { Lexicon } from './lexicon.ts'
import { measureText } from './preservation.ts'
import { toSummaryMessage } from './shorten-messages.ts'
import type { Steps } from './steps.ts'

/** What a model is to write. */
export interface ModelPlan {
  readonly profile: ConversationProfile
  readonly query: string | undefined
  /** The family's tokens that the summary may have. */
  readonly maxTokens: number
  /** The family's tokens of the answer besides the summary. */
  readonly aroundTokens: number
}

/** Whether all is told, or all that was said would fit: a model has nothing to shorten. */
function isWhole({ profile, extract }: Summarised, { originalTokens }: CondenseResult, { maxTokens }: CondenseRequest): boolean {
  return originalTokens <= maxTokens || extract.selection.order.length === profile.units.length
}

/** The extractive answer, and what a model is to write in place of its summary; nothing when everything fits as it is. */
export function* planForModel(
  request: CondenseRequest,
  tools: CondenseTools,
): Steps<{ readonly result: CondenseResult; readonly plan: ModelPlan | undefined }> {
  const format = request.format ?? 'summary'
  const { result, summarised } = yield* detailedSteps({ ...request, format }, tools)
  if (summarised === undefined || isWhole(summarised, result, request)) return { result, plan: undefined }
  const around = format === 'messages' ? result.condensedTokens - tools.plain.toFamily(summarised.extract.tokens) : 0
  return {
    result,
    plan: { profile: summarised.profile, query: askedText(request), maxTokens: request.maxTokens - around, aroundTokens: around },
  }
}

interface WrittenSummary {
  readonly text: string
  readonly tokens: number
  readonly lexicon: Lexicon
}

/** The answer with a written summary in place of the extractive one. */
export function withSummary(result: CondenseResult, plan: ModelPlan, { text, tokens, lexicon }: WrittenSummary): CondenseResult {
  const extractive = toSummaryMessage(result.summary).content
  const messages = result.messages?.map((message) => (message.content === extractive ? toSummaryMessage(text) : message))
  const condensedTokens = tokens + plan.aroundTokens
  return {
    ...result,
    summary: text,
    messages,
    condensedTokens,
    compressionRatio: condensedTokens / Math.max(1, result.originalTokens),
    mode: 'abstractive',
    preservation: measureText(plan.profile, text, lexicon),
  }
}
