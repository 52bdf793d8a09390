import type { ProviderReport } from '@proxyapi/core'
import { mergeHealthReports } from '@proxyapi/core/serving'
import type { MetricsSeries } from '@proxyapi/logging'
import type { Admission } from '../admission/admission.ts'
import type { ConfigReading } from '../config/config-source.ts'

/** How one process stands: its providers, and the requests in it. */
export interface Standing {
  readonly health: readonly ProviderReport[]
  readonly admission: ReturnType<Admission['figures']>
}

/**
 * The workers of a gateway, as their primary sees them. Workers answer what clients ask of models; the primary answers everything else, keeps what
 * exists once, and asks the workers for their share of what is told or done as a whole.
 */
export interface Workers {
  /** How many take requests at present. */
  readonly count: () => number
  /** How each of them stood when it said so last, about a second ago. */
  readonly standings: () => readonly Standing[]
  /** Asks each of them how it stands now. */
  readonly refresh: () => Promise<void>
  /** What all of them have measured; of those that have ended, what they had counted. */
  readonly series: () => Promise<MetricsSeries>
  /** Puts a question to the features of each of them (`Feature.answers`). One that has ended, or does not answer in time, is left out. */
  readonly ask: <Answer>(
    question: string,
    argument?: unknown,
    options?: { readonly withinMs?: number | undefined },
  ) => Promise<readonly Answer[]>
  /** Has each of them take in a configuration that the primary has taken in. Resolves when all have. */
  readonly takeIn: (reading: Extract<ConfigReading, { readonly ok: true }>) => Promise<void>
}

/** What a process tells of itself where several answer. */
export interface ProcessShare {
  readonly standing: () => Standing
  /** Answers a question of the primary. @throws Error where no feature knows it */
  readonly answer: (question: string, argument: unknown) => Promise<unknown>
}

/** How providers stand in this process and its workers, taken together. */
export function healthOfAll(own: Standing['health'], workers: Pick<Workers, 'standings'> | undefined): Standing['health'] {
  return workers === undefined ? own : mergeHealthReports([own, ...workers.standings().map(({ health }) => health)])
}

/** The requests of this process and its workers, added up. */
export function admissionOfAll(own: Standing['admission'], workers: Pick<Workers, 'standings'> | undefined): Standing['admission'] {
  return workers === undefined ? own : sumAdmission([own, ...workers.standings().map(({ admission }) => admission)])
}

function sumAdmission(all: readonly Standing['admission'][]): Standing['admission'] {
  const sum = (of: (one: Standing['admission']) => number): number => all.reduce((total, one) => total + of(one), 0)
  return {
    inFlight: sum(({ inFlight }) => inFlight),
    queued: sum(({ queued }) => queued),
    bytes: sum(({ bytes }) => bytes),
    shed: sum(({ shed }) => shed),
  }
}
