import type { Usage } from '../chat/usage.ts'

/** One answer that an upstream is going to give. */
export interface PlannedAnswer {
  readonly id: string
  readonly model: string
  readonly tokens: readonly string[]
  readonly finish: 'stop' | 'content_filter'
  /** `undefined` when the upstream keeps it to itself. */
  readonly usage: Usage | undefined
}

/** What an upstream says when it refuses. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly errorType: string
  readonly code: string | undefined
}

/** How a wire language puts an answer, event by event. Written apart from our own encoders, which the simulation is to test. */
export interface WireForm {
  readonly streamType: string
  /** Events before the first token. */
  readonly opening: (answer: PlannedAnswer) => readonly string[]
  readonly token: (answer: PlannedAnswer, text: string) => string
  /** The event that says why the answer ended. */
  readonly finish: (answer: PlannedAnswer) => readonly string[]
  /** The event that brings the usage; none where the finish has brought it. */
  readonly usage: (answer: PlannedAnswer) => readonly string[]
  readonly endMark: string
  readonly errorEvent: (refusal: Refusal) => string
  readonly whole: (answer: PlannedAnswer) => string
  readonly error: (refusal: Refusal) => string
}
