import type { AlertSeverity } from './alert.ts'
import { AlertingError } from './alerting-error.ts'

/** What is not to be told for a while. */
export interface SilenceRequest {
  /** Name of the rule. Left out: every rule. */
  readonly rule?: string | undefined
  /** Left out: every severity. */
  readonly severity?: AlertSeverity | undefined
  /** Unix milliseconds. */
  readonly untilMs: number
  readonly reason?: string | undefined
  readonly createdBy?: string | undefined
}

/** A silence in force: matching alerts are kept but not sent. */
export interface Silence extends SilenceRequest {
  readonly id: string
  readonly createdAtMs: number
}

export interface Silences {
  readonly add: (request: SilenceRequest) => Silence
  /** Whether there was one with this id. */
  readonly remove: (id: string) => boolean
  readonly list: () => readonly Silence[]
  /** The latest end of the silences over a rule; `undefined` when there is none. */
  readonly until: (rule: string, severity: AlertSeverity) => number | undefined
}

const maxSilences = 1_000

export function createSilences(initial: readonly Silence[], deps: { readonly now: () => number; readonly newId: () => string }): Silences {
  const silences = new Map(initial.slice(-maxSilences).map((silence) => [silence.id, silence]))
  const current = (): readonly Silence[] => {
    for (const { id, untilMs } of silences.values()) if (untilMs <= deps.now()) silences.delete(id)
    return [...silences.values()]
  }
  return {
    add: (request) => {
      if (!(request.untilMs > deps.now()))
        throw new AlertingError({ code: 'invalid_request', message: 'a silence has to end in the future' })
      if (current().length >= maxSilences)
        throw new AlertingError({ code: 'invalid_request', message: `found ${maxSilences} silences, the most there may be` })
      const silence = { ...request, id: deps.newId(), createdAtMs: deps.now() }
      silences.set(silence.id, silence)
      return silence
    },
    remove: (id) => silences.delete(id),
    list: current,
    until: (rule, severity) => {
      const over = current().filter((silence) => (silence.rule ?? rule) === rule && (silence.severity ?? severity) === severity)
      return over.length === 0 ? undefined : Math.max(...over.map(({ untilMs }) => untilMs))
    },
  }
}
