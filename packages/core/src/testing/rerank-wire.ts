import { openAiWire } from './openai-wire.ts'
import type { WireForm } from './wire-form.ts'

/** Rerank as servers with an OpenAI-compatible API encode it. Each token is the text of one result, best first: the answer's text is theirs together. */
export const rerankWire: WireForm = {
  ...openAiWire,
  whole: ({ id, model, tokens, usage }) =>
    JSON.stringify({
      id,
      model,
      results: tokens.map((text, index) => ({ index, relevance_score: 1 / (index + 1), document: { text } })),
      usage: usage && { prompt_tokens: usage.inputTokens, total_tokens: usage.totalTokens },
    }),
}
