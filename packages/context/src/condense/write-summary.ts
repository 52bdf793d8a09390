import type { CondenseTools } from './condense-tools.ts'
import type { ConversationProfile } from './conversation-profile.ts'
import { extractSummary } from './extract-summary.ts'
import { splitForModel } from './model-parts.ts'
import { readQuestion } from './relevance.ts'
import type { Steps } from './steps.ts'
import { toMergePrompt, toSummaryPrompt } from './summary-prompt.ts'

/** Asks a model; resolves with the text of its answer. */
export type Complete = (prompt: string, options: { readonly maxTokens: number; readonly signal: AbortSignal }) => Promise<string>

export interface WriteRequest {
  readonly profile: ConversationProfile
  readonly query: string | undefined
  /** The family's tokens. */
  readonly maxTokens: number
  /** What the model reads at once. */
  readonly inputTokens: number
  readonly signal: AbortSignal | undefined
}

export interface WriteDeps {
  readonly complete: Complete
  readonly tools: CondenseTools
  readonly run: <Result>(steps: Steps<Result>) => Promise<Result>
}

async function sourcesOf({ profile, query, inputTokens }: WriteRequest, { tools, run }: WriteDeps): Promise<readonly string[]> {
  const question = query === undefined ? undefined : readQuestion(query, tools.lexicon)
  const maxTokens = tools.plain.fromFamily(inputTokens)
  const sources: string[] = []
  for (const part of splitForModel(profile, inputTokens)) {
    const own = part === profile.messages ? profile : await run(tools.profileOf(part))
    const { text } = await run(extractSummary({ profile: own, question, maxTokens, counter: tools.plain }))
    sources.push(text)
  }
  return sources
}

/** All at once; the first failure stops the others. */
async function completeAll(prompts: readonly string[], request: WriteRequest, { complete }: WriteDeps): Promise<readonly string[]> {
  const stop = new AbortController()
  const signal = request.signal === undefined ? stop.signal : AbortSignal.any([request.signal, stop.signal])
  try {
    return await Promise.all(prompts.map((prompt) => complete(prompt, { maxTokens: request.maxTokens, signal })))
  } finally {
    stop.abort()
  }
}

/** Lets a model write the summary: at once, or of the parts of a long conversation and then of their summaries. */
export async function writeSummary(request: WriteRequest, deps: WriteDeps): Promise<string> {
  const { maxTokens, query } = request
  const sources = await sourcesOf(request, deps)
  const prompts = sources.map((source) => toSummaryPrompt({ source, maxTokens, query }))
  const written = await completeAll(prompts, request, deps)
  if (written.length === 1) return (written[0] ?? '').trim()
  const [merged = ''] = await completeAll([toMergePrompt({ source: written.join('\n\n'), maxTokens, query })], request, deps)
  return merged.trim()
}
