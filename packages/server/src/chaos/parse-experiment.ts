import { type Deps, InvalidRequestError } from '@proxyapi/core'
import type { BlastRadius } from '@proxyapi/core/chaos'
import * as v from 'valibot'
import { faultSchema, maxFaults } from '../config/chaos-schema.ts'
import { isTarget } from '../config/check-config.ts'
import { number, text } from '../config/fields.ts'
import { checkBody } from '../http/check-body.ts'
import { readChaosCondition } from './chaos-condition.ts'
import type { ExperimentPlan } from './experiment.ts'
import { toFault } from './to-fault.ts'

/** docs/resilience.md section 16. */
const maxMinutes = 60
const minMinutes = 0.001
const maxEntries = 50
const defaultSteadyState = ['success_rate >= 0.99']
const seeds = 2 ** 32

const names = v.pipe(v.array(v.pipe(text, v.minLength(1), v.maxLength(256))), v.minLength(1), v.maxLength(maxEntries))
/** One condition, or a list of them. */
const conditions = v.pipe(
  v.unknown(),
  v.transform((value: unknown): unknown => (typeof value === 'string' ? [value] : value)),
  v.array(v.pipe(text, v.maxLength(1_000))),
  v.maxLength(maxEntries),
)

export const experimentSchema = v.strictObject({
  experiment_name: v.pipe(text, v.minLength(1), v.maxLength(128)),
  duration_minutes: v.pipe(v.number(), v.minValue(minMinutes), v.maxValue(maxMinutes)),
  faults: v.pipe(v.array(faultSchema), v.minLength(1), v.maxLength(maxFaults)),
  steady_state: v.optional(conditions),
  abort_when: v.optional(conditions, []),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(seeds - 1))),
  blast_radius: v.optional(
    v.strictObject({
      targets: v.optional(names),
      keys: v.optional(names),
      share: v.optional(number(0, 1)),
      percentage: v.optional(number(0, 100)),
    }),
    {},
  ),
})

type Body = v.InferOutput<typeof experimentSchema>

/** The names that a plan may use. */
export interface KnownNames {
  readonly providers: readonly string[]
  /** Names of keys; empty on a gateway without keys. */
  readonly keys: readonly string[]
}

function refuse(field: string, found: string, allowed: string): InvalidRequestError {
  return new InvalidRequestError(`${field}: has a wrong value (found ${JSON.stringify(found.slice(0, 60))}; allowed: ${allowed}).`, field)
}

function checkTargets({ faults, blast_radius: { targets = [] } }: Body, { providers }: KnownNames): void {
  const named = [
    ...faults.map(({ target }, index) => ({ target, field: `faults[${index}].target` })),
    ...targets.map((target, index) => ({ target, field: `blast_radius.targets[${index}]` })),
  ]
  for (const { target, field } of named) {
    if (target !== undefined && !isTarget(target, providers))
      throw refuse(field, target, `${providers.join(', ')}, or one of their models as provider/model`)
  }
}

function checkKeys({ blast_radius: { keys = [] } }: Body, known: KnownNames): void {
  for (const [index, key] of keys.entries()) {
    if (!known.keys.includes(key))
      throw refuse(`blast_radius.keys[${index}]`, key, known.keys.join(', ') || 'none, since no keys are configured')
  }
}

function checkConditions({ steady_state: steadyState = [], abort_when: abortWhen }: Body): void {
  for (const [index, condition] of steadyState.entries()) {
    const field = `steady_state[${index}]`
    const { forMs } = readChaosCondition(condition, field)
    if (forMs > 0) throw refuse(field, condition, 'a condition without "for": the steady state has to hold throughout')
  }
  for (const [index, condition] of abortWhen.entries()) readChaosCondition(condition, `abort_when[${index}]`)
}

function toRadius({ blast_radius: { targets, keys, share, percentage } }: Body): BlastRadius {
  if (share !== undefined && percentage !== undefined)
    throw new InvalidRequestError('blast_radius: has both share and percentage (allowed: one of them).', 'blast_radius')
  return { targets, keys, share: percentage === undefined ? share : percentage / 100 }
}

/**
 * Reads the plan of an experiment from the body of `POST /api/chaos/start`.
 *
 * @throws InvalidRequestError naming the field, what was found and what is allowed
 */
export function parseExperiment(input: unknown, known: KnownNames, { random }: Pick<Deps, 'random'>): ExperimentPlan {
  const body = checkBody(experimentSchema, input)
  checkTargets(body, known)
  checkKeys(body, known)
  checkConditions(body)
  const steadyState = body.steady_state ?? []
  return {
    name: body.experiment_name,
    durationMs: body.duration_minutes * 60_000,
    faults: body.faults.map(toFault),
    radius: toRadius(body),
    seed: body.seed ?? Math.floor(random() * seeds),
    steadyState: steadyState.length === 0 ? defaultSteadyState : steadyState,
    abortWhen: body.abort_when,
  }
}
