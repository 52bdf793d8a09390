import { type AttemptTimeouts, defaultTimeouts } from './attempt-timeouts.ts'

/**
 * What happens when a stream fails after its first content: `off` ends it with an error, `buffer` holds the whole answer
 * back so that any failure can go elsewhere, `continue` asks another target to go on from the partial text.
 */
export type Recovery = 'off' | 'buffer' | 'continue'

/** How long a request may take as a whole, in milliseconds. */
export interface Deadlines {
  readonly plain: number
  readonly stream: number
}

/** What a configuration says of one model, against its provider's own. */
export interface ModelLimits {
  readonly timeouts?: Partial<AttemptTimeouts> | undefined
  /** Of requests for this model; in place of the engine's deadlines. */
  readonly deadlineMs?: Partial<Deadlines> | undefined
  readonly recovery?: Recovery | undefined
}

/** The limits that attempts at a target keep. */
export interface TargetLimits {
  readonly timeouts: AttemptTimeouts
  /** Which of them somebody chose: these are never shortened. */
  readonly configured: Partial<AttemptTimeouts>
  readonly recovery: Recovery
}

/** The limits that the given settings make, the most specific last. */
export function toTargetLimits(...settings: readonly (ModelLimits | undefined)[]): TargetLimits {
  const configured = chosen(settings)
  const recovery = settings.reduce<Recovery>((found, one) => one?.recovery ?? found, 'off')
  return { timeouts: { ...defaultTimeouts, ...configured }, configured, recovery }
}

/** What is given as `undefined` is not given. */
function chosen(settings: readonly (ModelLimits | undefined)[]): Partial<AttemptTimeouts> {
  const entries = settings.flatMap((one): readonly (readonly [string, number | undefined])[] => Object.entries(one?.timeouts ?? {}))
  return Object.fromEntries(entries.filter(([, ms]) => ms !== undefined))
}
