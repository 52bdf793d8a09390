import * as v from 'valibot'

/** Requests a second of each tier. */
export const tiers = { light: 5, medium: 20, heavy: 100, extreme: 500 } as const

export type Tier = keyof typeof tiers

/** More is no test of a gateway on one machine, but an attack on a provider. */
const maxRps = 1_000
const maxMinutes = 60
const maxUsd = 1_000

/** When a test stops by itself before its time. */
const abortSchema = v.strictObject({
  /** Share of failed requests, 0 to 1. */
  error_rate: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  p95_ms: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(3_600_000))),
})

/** The body of `POST /api/load-test/start`. */
export const loadTestSchema = v.strictObject({
  tier: v.optional(v.picklist(Object.keys(tiers) as Tier[]), 'medium'), // the keys of the literal
  target_rps: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(maxRps))),
  duration_minutes: v.optional(v.pipe(v.number(), v.minValue(0.01), v.maxValue(maxMinutes))),
  duration_seconds: v.optional(v.pipe(v.number(), v.minValue(0.5), v.maxValue(maxMinutes * 60))),
  warm_up_seconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(600)), 0),
  /** Each gets its share of the requests. */
  providers: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(128))), v.minLength(1), v.maxLength(50))),
  /** `provider/model`, or a virtual model; in the place of what would be chosen. */
  models: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(256))), v.minLength(1), v.maxLength(50))),
  stream: v.optional(v.boolean(), false),
  /** Lets the response cache answer. */
  cache: v.optional(v.boolean(), false),
  prompt_tokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)), 20),
  max_tokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384)), 32),
  max_cost_usd: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(maxUsd)), 1),
  abort_when: v.optional(abortSchema, {}),
  /** An earlier test to compare with. */
  compare_to: v.optional(v.pipe(v.string(), v.maxLength(64))),
})

export type LoadTestBody = v.InferOutput<typeof loadTestSchema>

const usualMinutes = 1
/** Where nothing is said: more failures than answers end a test. */
const usualErrorRate = 0.5

/** One of the models that are asked in turn. */
export interface LoadTarget {
  readonly model: string
  readonly provider: string
  /** Of one request, in nano-dollars; `null` where the price is not known. */
  readonly costNanoUsd: number | null
}

/** A test that can be run. */
export interface LoadTestPlan {
  readonly tier: Tier
  readonly targetRps: number
  readonly durationMs: number
  readonly warmUpMs: number
  readonly targets: readonly LoadTarget[]
  readonly stream: boolean
  readonly cache: boolean
  readonly promptTokens: number
  readonly maxTokens: number
  readonly maxCostUsd: number
  readonly abortWhen: { readonly errorRate: number; readonly p95Ms: number | undefined }
  readonly compareTo: string | undefined
}

/** What a test will come to: requests, warm-up included, and dollars. */
export interface LoadEstimate {
  readonly requests: number
  /** `null` where the price of a target is not known. */
  readonly costUsd: number | null
  readonly unknownPrices: readonly string[]
  readonly isOverCap: boolean
}

const nanoUsdPerUsd = 1e9

export function toPlan(body: LoadTestBody, targets: readonly LoadTarget[]): LoadTestPlan {
  const {
    tier,
    target_rps: rps,
    duration_minutes: minutes = usualMinutes,
    duration_seconds: seconds = minutes * 60,
    abort_when: abort,
  } = body
  return {
    tier,
    targetRps: rps ?? tiers[tier],
    durationMs: seconds * 1_000,
    warmUpMs: body.warm_up_seconds * 1_000,
    targets,
    stream: body.stream,
    cache: body.cache,
    promptTokens: body.prompt_tokens,
    maxTokens: body.max_tokens,
    maxCostUsd: body.max_cost_usd,
    abortWhen: { errorRate: abort.error_rate ?? usualErrorRate, p95Ms: abort.p95_ms },
    compareTo: body.compare_to,
  }
}

/** How many requests a plan sends, warm-up included. */
export function plannedRequests({ targetRps, durationMs, warmUpMs }: Pick<LoadTestPlan, 'targetRps' | 'durationMs' | 'warmUpMs'>): number {
  return Math.max(1, Math.round((targetRps * (durationMs + warmUpMs)) / 1_000))
}

export function estimate(plan: LoadTestPlan): LoadEstimate {
  const requests = plannedRequests(plan)
  const { targets } = plan
  const unknownPrices = targets.filter(({ costNanoUsd }) => costNanoUsd === null).map(({ model }) => model)
  const each = targets.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0) / targets.length
  const costUsd = (each * requests) / nanoUsdPerUsd
  return { requests, costUsd: unknownPrices.length > 0 ? null : costUsd, unknownPrices, isOverCap: costUsd > plan.maxCostUsd }
}
