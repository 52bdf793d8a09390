import type { Operation } from '../call/operation.ts'
import type { WholeAnswer } from '../chat/answer.ts'
import type { Usage } from '../chat/usage.ts'

/** A request for embeddings in neutral form. */
export interface EmbeddingRequest {
  readonly model: string
  /** Texts, or texts already cut into token ids. */
  readonly input: readonly string[] | readonly (readonly number[])[]
  readonly dimensions?: number | undefined
  readonly user?: string | undefined
  /** Cohere and Gemini tell a query from a document; OpenAI does not. In Cohere's words. */
  readonly inputType?: 'search_document' | 'search_query' | 'classification' | 'clustering' | undefined
  /** How the caller wants vectors written. Providers that know only lists of numbers give those. Default: `float`. */
  readonly encodingFormat?: 'float' | 'base64' | undefined
  /** What no neutral field names, for an OpenAI-style provider. */
  readonly extras?: Readonly<Record<string, unknown>> | undefined
}

/** What an embedding request consumed: there is no output. */
export type EmbeddingUsage = Omit<Usage, 'outputTokens'>

/** The vectors of an embedding request. */
export interface EmbeddingResponse {
  readonly model: string
  /** One vector per input, in the order of the inputs. */
  readonly vectors: readonly (readonly number[])[]
  readonly usage?: EmbeddingUsage | undefined
}

/** An embedding answer, which is always whole. */
export type EmbeddingAnswer = WholeAnswer<EmbeddingResponse>

/** UTF-8 needs at most three bytes for one UTF-16 unit, and a text never has more tokens than bytes. */
const maxTokensPerUnit = 3
/** What a provider puts around each input: marks of begin and end, an instruction by input type. */
const frameTokens = 256

function lengthOf(input: EmbeddingRequest['input']): number {
  let sum = 0
  for (const entry of input) sum += entry.length
  return sum
}

function toUsage({ usage }: EmbeddingResponse): Usage | undefined {
  return usage && { ...usage, outputTokens: 0 }
}

/** Vectors for texts. */
export const embeddings: Operation<EmbeddingRequest, EmbeddingAnswer> = {
  name: 'embeddings',
  modelOf: ({ model }) => model,
  withModel: (request, model) => ({ ...request, model }),
  userOf: ({ user }) => user,
  isStream: () => false,
  producedCharactersOf: () => 0,
  // Vendors' own fields may name images and other input.
  maxInputTokensOf: ({ input, extras }) =>
    extras === undefined ? lengthOf(input) * maxTokensPerUnit + input.length * frameTokens : undefined,
  usageOf: ({ response }) => toUsage(response),
  answeringModelOf: ({ response }) => response.model,
  // A batch of texts has no common window: each text has the model's window to itself.
  profileOf: () => ({ hasImages: false, hasTools: false, maxInputTokens: 0, expectedOutputTokens: 0 }),
  countTokens: ({ input }) => (typeof input[0] === 'string' ? Math.ceil(lengthOf(input) / 4) : lengthOf(input)),
  affinityKeyOf: ({ model }) => model,
  determinism: 'always',
}
