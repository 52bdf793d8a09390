import type { Dialect } from '../dialect.ts'
import { bedrockRerank } from '../rerank/forms.ts'
import { fromBedrockEmbeddings, toBedrockEmbeddings } from './embeddings.ts'
import { fromBedrockError } from './error.ts'
import { toBedrockRequest } from './request.ts'
import { fromBedrockResponse } from './response.ts'
import { type BedrockStreamState, onBedrockEvent, startBedrockStream } from './stream.ts'

/** AWS Bedrock's Converse and ConverseStream, for models of all families. */
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
  codecs: { embeddings: { toRequest: toBedrockEmbeddings, fromResponse: fromBedrockEmbeddings }, rerank: bedrockRerank },
}
