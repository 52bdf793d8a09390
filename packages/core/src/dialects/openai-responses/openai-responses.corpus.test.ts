import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import type { ChatResponse } from '../../chat/response.ts'
import { toChunks } from '../../chat/to-chunks.ts'
import { createStreamDecoder } from '../../stream/decode-stream.ts'
import { openAiResponses } from './index.ts'

interface Exchange {
  readonly id: string
  readonly endpoint: string
  readonly stream: boolean
  readonly response: { readonly status: number; readonly body: string }
  readonly expected: {
    readonly kind: string
    readonly text?: string
    readonly function_calls?: readonly { readonly name: string; readonly arguments?: unknown }[]
    readonly usage?: { readonly input_tokens?: number; readonly output_tokens?: number }
  }
}

const corpus = fileURLToPath(new URL('../../../../../../shared/wire/corpus', import.meta.url))
const present = existsSync(corpus)
const exchanges = (present ? ['openai', 'azure_openai', 'xai'] : [])
  .flatMap((provider) =>
    readdirSync(join(corpus, provider), { recursive: true, encoding: 'utf8' }).map((file) => join(corpus, provider, file)),
  )
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Exchange)
  .filter(({ endpoint, expected }) => endpoint === 'responses' && expected.kind === 'responses')

const context = { model: 'asked', newId: () => 'id' }

function decode(body: string, size: number): ChatChunk[] {
  const decoder = createStreamDecoder(openAiResponses, context)
  const bytes = new TextEncoder().encode(body)
  const chunks: ChatChunk[] = []
  for (let start = 0; start < bytes.length; start += size) {
    for (const batch of decoder.push(bytes.subarray(start, start + size)).batches) chunks.push(...batch.chunks)
  }
  for (const batch of decoder.end().batches) chunks.push(...batch.chunks)
  return chunks
}

async function chunksOf(response: ChatResponse): Promise<ChatChunk[]> {
  const chunks: ChatChunk[] = []
  for await (const batch of toChunks(response)) chunks.push(...batch.chunks)
  return chunks
}

function read(chunks: readonly ChatChunk[]): {
  text: string
  calls: { name: string; text: string }[]
  tokens: (number | undefined)[]
  finished: boolean
} {
  const calls: { name: string; text: string }[] = []
  let text = ''
  for (const chunk of chunks) {
    if (chunk.type === 'text-delta') text += chunk.text
    if (chunk.type === 'tool-call-start') calls[chunk.index] = { name: chunk.name, text: '' }
    const call = chunk.type === 'tool-call-delta' ? calls[chunk.index] : undefined
    if (call !== undefined && chunk.type === 'tool-call-delta') call.text += chunk.argumentsText
  }
  const usage = chunks.find((chunk) => chunk.type === 'usage')?.usage
  return { text, calls, tokens: [usage?.inputTokens, usage?.outputTokens], finished: chunks.some((chunk) => chunk.type === 'finish') }
}

describe.skipIf(!present)('recorded Responses traffic', () => {
  it.each(exchanges.map((exchange) => [exchange.id, exchange] as const))('%s', async (_id, exchange) => {
    const { expected, response } = exchange
    const streamed = exchange.stream || response.body.startsWith('event:')
    const chunks = streamed
      ? decode(response.body, 7)
      : await chunksOf(openAiResponses.upstream.fromResponse(JSON.parse(response.body), context))
    const found = read(chunks)
    expect(found.text).toBe(expected.text ?? '')
    expect(found.calls.map(({ name }) => name)).toEqual((expected.function_calls ?? []).map(({ name }) => name))
    if (expected.usage) expect(found.tokens).toEqual([expected.usage.input_tokens, expected.usage.output_tokens])
    expect(found.finished).toBe(true)
    if (streamed) expect(decode(response.body, 1 << 20)).toEqual(chunks)
  })
})
