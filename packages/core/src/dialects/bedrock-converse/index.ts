import type { EmbeddingRequest, EmbeddingResponse } from '../../embedding/embedding.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { badAnswer, type UpstreamFault } from '../../errors/provider-error.ts'
import { isJsonObject, readArray, readNumber, readString } from '../../wire/json.ts'
import { fromCohereEmbeddings } from '../cohere-chat/embeddings.ts'
import { textsOf, toVector } from '../shared/embedding-texts.ts'
import type { DecodeContext, Dialect, EncodedRequest, EncodeTarget } from '../dialect.ts'
import { retryAfterOf } from '../shared/retry-after.ts'
import { toBedrockRequest } from './request.ts'
import { fromBedrockResponse } from './response.ts'
import { type BedrockStreamState, onBedrockEvent, startBedrockStream } from './stream.ts'

/** The body is `{message}`; the kind stands in a header, with an address behind a colon. */
function fromBedrockError(_status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamFault {
  const error = isJsonObject(body) ? body : {}
  const type = headers['x-amzn-errortype'] ?? readString(error, '__type')
  return {
    message: readString(error, 'message') ?? readString(error, 'Message') ?? '',
    type: type?.split(':', 1)[0]?.replace(/^.*#/, ''),
    retryAfterMs: retryAfterOf(headers),
  }
}

/** InvokeModel has no common shape: Cohere's models speak Cohere, Amazon's take one text. @throws InvalidRequestError */
function toBedrockEmbeddings(request: EmbeddingRequest, target: EncodeTarget): EncodedRequest {
  const texts = textsOf(request)
  const dropped = request.user === undefined ? [] : ['user']
  if (target.model.includes('cohere.')) return { body: { texts, input_type: request.inputType ?? 'search_document' }, dropped }
  const [text] = texts
  if (text === undefined || texts.length > 1)
    throw new InvalidRequestError(`input has ${texts.length} texts; this model embeds one at a time.`, 'input')
  return { body: { inputText: text, ...(request.dimensions !== undefined && { dimensions: request.dimensions }) }, dropped }
}

function fromBedrockEmbeddings(body: unknown, context: DecodeContext): EmbeddingResponse {
  const one = isJsonObject(body) ? readArray(body, 'embedding') : undefined
  if (!isJsonObject(body)) throw badAnswer('The answer has no embeddings.')
  const inputTokens =
    readNumber(body, 'inputTextTokenCount') ?? (Number(context.headers?.['x-amzn-bedrock-input-token-count']) || undefined)
  const usage = inputTokens === undefined ? undefined : { inputTokens, totalTokens: inputTokens }
  if (one === undefined) return { ...fromCohereEmbeddings(body, context), ...(usage !== undefined && { usage }) }
  return { model: context.model, vectors: [toVector(one)], usage }
}

/** AWS Bedrock's Converse and ConverseStream. */
export const bedrockConverse: Dialect<BedrockStreamState> = {
  id: 'bedrock-converse',
  framing: 'aws-event-stream',
  upstream: {
    toRequest: toBedrockRequest,
    fromResponse: fromBedrockResponse,
    isForwardable: () => false,
    startStream: startBedrockStream,
    onEvent: onBedrockEvent,
    onEnd: () => [],
  },
  fromError: fromBedrockError,
  embeddings: { toRequest: toBedrockEmbeddings, fromResponse: fromBedrockEmbeddings },
}
