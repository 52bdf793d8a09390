/** Where a rule stands. Plain data. */
export type RuleState =
  | { readonly type: 'inactive' }
  /** It holds, but not yet as long as it has to. */
  | { readonly type: 'pending'; readonly sinceMs: number }
  | FiringState

/** The state of a rule whose condition holds. */
export interface FiringState {
  readonly type: 'firing'
  /** Of this time that it fires. */
  readonly alertId: string
  readonly startedAtMs: number
  /** When it was last told; `undefined` when a silence held it back. */
  readonly notifiedAtMs?: number | undefined
  /** Since when the condition no longer holds. */
  readonly clearSinceMs?: number | undefined
}

export interface RuleEvaluation {
  readonly holds: boolean
  readonly nowMs: number
  /** How long the condition has to hold before it fires. */
  readonly forMs: number
  /** How long it has to be over before it resolves. */
  readonly keepFiringMs: number
  readonly newId: () => string
}

export interface RuleStep {
  readonly state: RuleState
  readonly change?: 'fired' | 'resolved' | undefined
}

function onHolding(state: Exclude<RuleState, FiringState>, { nowMs, forMs, newId }: RuleEvaluation): RuleStep {
  const sinceMs = state.type === 'pending' ? state.sinceMs : nowMs
  if (nowMs - sinceMs < forMs) return { state: { type: 'pending', sinceMs } }
  return { state: { type: 'firing', alertId: newId(), startedAtMs: nowMs }, change: 'fired' }
}

function onClear(state: FiringState, { nowMs, keepFiringMs }: RuleEvaluation): RuleStep {
  const clearSinceMs = state.clearSinceMs ?? nowMs
  if (nowMs - clearSinceMs < keepFiringMs) return { state: { ...state, clearSinceMs } }
  return { state: { type: 'inactive' }, change: 'resolved' }
}

/** What follows from one evaluation. */
export function onRuleEvaluated(state: RuleState, evaluation: RuleEvaluation): RuleStep {
  if (evaluation.holds) return state.type === 'firing' ? { state: { ...state, clearSinceMs: undefined } } : onHolding(state, evaluation)
  return state.type === 'firing' ? onClear(state, evaluation) : { state: { type: 'inactive' } }
}
