import { checkAgainstSource } from './check-against-source.ts'
import { CondenseError } from './condense-error.ts'
import type { CondenseRequest, CondenseResult } from './condense-request.ts'
import { condenseSteps } from './condense-steps.ts'
import { type CondenserOptions, createCondenseTools, defaultSliceMs } from './create-condenser.ts'
import { type ModelPlan, planForModel, withSummary } from './plan-for-model.ts'
import { appendLost } from './repair-summary.ts'
import { runAtOnce, runInSlices, type SliceDeps, type Steps } from './steps.ts'
import { type Complete, type WriteDeps, writeSummary } from './write-summary.ts'

export interface ModelCondenserOptions extends CondenserOptions {
  readonly complete: Complete
  /** What the model reads at once, in tokens. Longer conversations are read in parts. Default 12,000. */
  readonly inputTokens?: number | undefined
  /** Gives the event loop back between slices of work. Without it, the work between two calls of the model is done at once. */
  readonly slices?: SliceDeps | undefined
}

export interface ModelRequest extends CondenseRequest {
  /** `abstractive` rejects when the model fails or breaks a guarantee; `auto` then gives the extractive answer. */
  readonly mode: 'abstractive' | 'auto'
  readonly signal?: AbortSignal | undefined
}

export interface ModelResult extends CondenseResult {
  /** Why `auto` gave the extractive answer. */
  readonly fallback?: ModelFallback | undefined
}

/** The call failed, the answer was empty or over its budget, or it told numbers or names that the source does not have. */
export type ModelFallback = 'failed' | 'empty' | 'invented'

export interface ModelCondenser {
  /** @throws CondenseError `upstream_error` in the mode `abstractive`; in both modes the signal's reason when aborted */
  readonly condense: (request: ModelRequest) => Promise<ModelResult>
}

const defaultInputTokens = 12_000

interface Written {
  readonly text: string
  readonly tokens: number
}

type Outcome =
  | { readonly type: 'written'; readonly written: Written }
  | { readonly type: 'failed'; readonly reason: ModelFallback; readonly cause?: unknown }

/** Makes the model's text keep the guarantees, or says which one it breaks. */
async function checkWritten(text: string, plan: ModelPlan, deps: WriteDeps): Promise<Outcome> {
  if (text === '') return { type: 'failed', reason: 'empty' }
  const { profile, maxTokens } = plan
  const short = await deps.run(
    condenseSteps({ messages: [{ role: 'assistant', content: text }], maxTokens, format: 'summary' }, deps.tools),
  )
  const check = checkAgainstSource(short.summary, profile)
  if (check.invented.length > 0) return { type: 'failed', reason: 'invented' }
  const { plain } = deps.tools
  const repaired = appendLost(short.summary, check, { counter: plain, maxTokens: plain.fromFamily(maxTokens) })
  return { type: 'written', written: { text: repaired, tokens: plain.toFamily(plain.count(repaired)) } }
}

function toError(outcome: Outcome & { readonly type: 'failed' }): CondenseError {
  const said = {
    failed: 'the model failed',
    empty: 'the model gave no text',
    invented: 'the model told numbers or names that the conversation does not have',
  }
  return new CondenseError({
    code: 'upstream_error',
    message: `No abstractive summary: ${said[outcome.reason]}`,
    retryable: outcome.reason === 'failed',
    cause: outcome.cause,
  })
}

/**
 * Lets a model write summaries, checked against the conversation: never over the budget, no number or name that is not there, the weightiest
 * identifiers and numbers that the model lost appended in brackets. Longer conversations are read in parts.
 */
export function createModelCondenser({
  complete,
  inputTokens = defaultInputTokens,
  slices,
  ...options
}: ModelCondenserOptions): ModelCondenser {
  const tools = createCondenseTools(options)
  const run = async <Result>(steps: Steps<Result>): Promise<Result> =>
    slices === undefined ? runAtOnce(steps) : runInSlices(steps, { sliceMs: defaultSliceMs }, slices)
  const deps: WriteDeps = { complete, tools, run }
  const write = async (plan: ModelPlan, { signal }: ModelRequest): Promise<Outcome> => {
    try {
      const text = await writeSummary({ ...plan, inputTokens, signal }, deps)
      return await checkWritten(text, plan, deps)
    } catch (cause) {
      signal?.throwIfAborted()
      return { type: 'failed', reason: 'failed', cause }
    }
  }
  return {
    async condense(request) {
      const { result, plan } = await run(planForModel(request, tools))
      // What fits already needs no model.
      if (plan === undefined) return result
      const outcome = await write(plan, request)
      if (outcome.type === 'written') return withSummary(result, plan, { ...outcome.written, lexicon: tools.lexicon })
      if (request.mode === 'abstractive') throw toError(outcome)
      return { ...result, fallback: outcome.reason }
    },
  }
}
