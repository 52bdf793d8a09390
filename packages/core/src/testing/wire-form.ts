import type { Usage } from '../chat/usage.ts'

/** The content of one answer. */
export interface PlannedAnswer {
  readonly id: string
  readonly model: string
  readonly tokens: readonly string[]
  readonly finish: 'stop' | 'content_filter'
  /** `undefined` when the upstream does not report it. */
  readonly usage: Usage | undefined
}

/** The content of an error answer. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly errorType: string
  readonly code: string | undefined
}

/** Encodes answers in one wire format, event by event. It shares no code with our own encoders, which the simulation tests. */
export interface WireForm {
  readonly streamType: string
  /** Events before the first token. */
  readonly opening: (answer: PlannedAnswer) => readonly string[]
  readonly token: (answer: PlannedAnswer, text: string) => string
  /** The events with the finish reason. */
  readonly finish: (answer: PlannedAnswer) => readonly string[]
  /** The events with the usage; none where the finish contains it. */
  readonly usage: (answer: PlannedAnswer) => readonly string[]
  readonly endMark: string
  readonly errorEvent: (refusal: Refusal) => string
  readonly whole: (answer: PlannedAnswer) => string
  readonly error: (refusal: Refusal) => string
}
