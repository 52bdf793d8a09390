import type { Operation } from '../call/operation.ts'
import type { WholeAnswer } from '../chat/answer.ts'
import type { Usage } from '../chat/usage.ts'
import type { JsonObject } from '../wire/json.ts'

/** One part of an input that mixes texts and images. */
export type ModerationPart =
  | { readonly type: 'text'; readonly text: string }
  /** A web address or a data URL. */
  | { readonly type: 'image'; readonly url: string }

/** A request to classify content, in neutral form. */
export interface ModerationRequest {
  /** `undefined` leaves the choice to the provider. */
  readonly model?: string | undefined
  /** Texts have one result each; parts have one result together. */
  readonly input:
    | { readonly type: 'texts'; readonly texts: readonly string[] }
    | { readonly type: 'parts'; readonly parts: readonly ModerationPart[] }
  readonly user?: string | undefined
  /** Fields that have no neutral name; sent to providers that take unknown fields. */
  readonly extras?: JsonObject | undefined
}

export interface ModerationResult {
  /** True when any category is true, where the provider does not say it. */
  readonly flagged: boolean
  /** By the provider's own names of its categories. */
  readonly categories: Readonly<Record<string, boolean>>
  readonly categoryScores: Readonly<Record<string, number>>
  /** By category: the kinds of input that the score belongs to, `text` or `image`. */
  readonly categoryAppliedInputTypes?: Readonly<Record<string, readonly string[]>> | undefined
}

/** What a moderation model found. */
export interface ModerationResponse {
  readonly id?: string | undefined
  readonly model: string
  readonly results: readonly ModerationResult[]
  readonly usage?: Usage | undefined
}

/** A moderation answer, which is always whole. */
export type ModerationAnswer = WholeAnswer<ModerationResponse>

/** The model of a request that names none. */
export const defaultModerationModel = 'omni-moderation-latest'

/** English prose; an estimate for providers that price by tokens and do not report them. */
const charactersPerToken = 4

function charactersOf({ input }: ModerationRequest): number {
  if (input.type === 'texts') return input.texts.reduce((sum, text) => sum + text.length, 0)
  return input.parts.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0)
}

/** Verdicts on content, by category. */
export const moderations: Operation<ModerationRequest, ModerationAnswer> = {
  name: 'moderations',
  modelOf: ({ model }) => model ?? defaultModerationModel,
  withModel: (request, model) => ({ ...request, model }),
  userOf: ({ user }) => user,
  isStream: () => false,
  usageOf: ({ response }) => response.usage,
  answeringModelOf: ({ response }) => response.model,
  profileOf: ({ input }) => ({
    hasImages: input.type === 'parts' && input.parts.some(({ type }) => type === 'image'),
    hasTools: false,
    maxInputTokens: 0,
    expectedOutputTokens: 0,
  }),
  countTokens: (request) => Math.ceil(charactersOf(request) / charactersPerToken),
  affinityKeyOf: ({ model }) => model ?? defaultModerationModel,
  determinism: 'always',
}
