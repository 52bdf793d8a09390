import type { Dialect } from '../dialect.ts'
import { fromOllamaEmbeddings, toOllamaEmbeddings } from './embeddings.ts'
import { fromOllamaError } from './error.ts'
import { fromOllamaModels } from './models.ts'
import { toOllamaRequest } from './request.ts'
import { fromOllamaResponse } from './response.ts'
import { type OllamaStreamState, onOllamaEvent, startOllamaStream } from './stream.ts'

/** Ollama's own API, towards providers only: newline-delimited JSON, tool arguments as objects. */
export const ollama: Dialect<OllamaStreamState> = {
  id: 'ollama',
  framing: 'ndjson',
  upstream: {
    toRequest: toOllamaRequest,
    fromResponse: fromOllamaResponse,
    isForwardable: () => false,
    startStream: startOllamaStream,
    onEvent: onOllamaEvent,
    onEnd: () => [],
  },
  fromError: fromOllamaError,
  codecs: { embeddings: { toRequest: toOllamaEmbeddings, fromResponse: fromOllamaEmbeddings } },
  models: { fromResponse: fromOllamaModels },
}
