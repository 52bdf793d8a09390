import { isDeepStrictEqual } from 'node:util'

interface ExpectedResult {
  readonly index: number
  readonly score: number
  readonly document?: string
  readonly flagged: boolean
  readonly categories_true: readonly string[]
  readonly n_categories: number
  readonly top: readonly [string, number]
}

/** One exchange of rerank or moderation. */
export interface SurfaceExchange {
  readonly id: string
  readonly provider: string
  readonly endpoint: string
  readonly model: string | null
  readonly request: { readonly body: Readonly<Record<string, unknown>> }
  readonly client_request?: { readonly path: string; readonly body?: Readonly<Record<string, unknown>> } | null
  readonly gateway?: { readonly testable: boolean }
  readonly expected: {
    readonly kind: string
    readonly model?: string
    readonly order?: readonly number[]
    readonly results?: readonly ExpectedResult[]
    readonly usage?: { readonly search_units?: number; readonly total_tokens?: number } | null
    readonly error?: { readonly status: number; readonly accept_status?: readonly number[]; readonly retry_after?: string }
  }
}

/** What a client got. */
export interface SurfaceAnswer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: {
    readonly model?: string
    readonly results?: readonly Readonly<Record<string, unknown>>[]
    readonly meta?: { readonly billed_units?: { readonly search_units?: number } }
    readonly usage?: { readonly total_tokens?: number }
    readonly error?: { readonly message: string; readonly type: string }
  }
}

function differs(what: string, got: unknown, expected: unknown): string[] {
  return isDeepStrictEqual(got, expected) ? [] : [`${what} ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`]
}

function compareError({ expected: { error } }: SurfaceExchange, { status, retryAfter, body }: SurfaceAnswer): string[] {
  const accepted = error?.accept_status ?? [error?.status]
  return [
    ...(accepted.includes(status) ? [] : [`status ${status}, expected ${accepted}`]),
    ...(body.error?.message && body.error.type ? [] : ['no error body']),
    ...(error?.retry_after !== undefined && retryAfter === null ? ['no retry-after'] : []),
  ]
}

function compareRerank({ expected }: SurfaceExchange, { body }: SurfaceAnswer): string[] {
  const results = body.results ?? []
  const order = differs(
    'order',
    results.map(({ index }) => index),
    expected.order,
  )
  const own = results.map(({ index, relevance_score: score, document }) => ({
    index,
    score,
    ...(document !== undefined && { document: (document as { text: string }).text }),
  }))
  const { search_units: units, total_tokens: tokens } = expected.usage ?? {}
  return [
    ...order,
    // The older recordings expect the order only.
    ...(expected.results === undefined ? [] : differs('results', own, expected.results)),
    ...(units === undefined ? [] : differs('search units', body.meta?.billed_units?.search_units, units)),
    ...(tokens === undefined ? [] : differs('tokens', body.usage?.total_tokens, tokens)),
  ]
}

type Scores = Readonly<Record<string, number>>

function compareModeration({ expected }: SurfaceExchange, { body }: SurfaceAnswer): string[] {
  const own = (body.results ?? []).map(({ flagged, categories, category_scores: scores }) => {
    const flags = Object.entries(categories as Readonly<Record<string, boolean>>)
    return {
      flagged,
      categories_true: flags.flatMap(([name, value]) => (value ? [name] : [])).sort(),
      n_categories: flags.length,
      top: Object.entries(scores as Scores).sort(([, a], [, b]) => b - a)[0],
    }
  })
  const wanted = (expected.results ?? []).map(({ flagged, categories_true: names, n_categories, top }) => ({
    flagged,
    categories_true: [...names].sort(),
    n_categories,
    top,
  }))
  return differs('results', own, wanted)
}

/** Everything in which a client's answer differs from what the vendor's own SDK reads. */
export function compareSurface(exchange: SurfaceExchange, answer: SurfaceAnswer): string[] {
  const { expected } = exchange
  if (expected.kind === 'error') return compareError(exchange, answer)
  if (answer.status !== 200) return [`status ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`]
  const model = expected.model === undefined ? [] : differs('model', answer.body.model, expected.model)
  return [...model, ...(expected.kind === 'rerank' ? compareRerank(exchange, answer) : compareModeration(exchange, answer))]
}
