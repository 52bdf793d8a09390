// What the scorer calls: the built condenser, behind the shape of `POST /api/condense`.
import { createCondenser, createTokenCounter } from '../dist/index.js'

const condenser = createCondenser({ counter: await createTokenCounter('gpt-4o'), maxBytes: 256e6 })

export async function condense({ messages, max_tokens }) {
  const result = condenser.condense({ messages, maxTokens: max_tokens })
  return {
    summary: result.summary,
    messages: result.messages,
    original_tokens: result.originalTokens,
    condensed_tokens: result.condensedTokens,
    compression_ratio: result.compressionRatio,
  }
}
