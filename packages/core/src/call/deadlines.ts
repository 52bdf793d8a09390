import type { Deadlines } from './target-limits.ts'

/** docs/resilience.md section 2. */
export const defaultDeadlines: Deadlines = { plain: 600_000, stream: 1_800_000 }

/** How long a request for a model may take as a whole, in milliseconds. */
export type DeadlineOf = (model: string, kind: keyof Deadlines) => number

export const defaultDeadlineOf: DeadlineOf = (_model, kind) => defaultDeadlines[kind]

/** Deadlines for all models, and those of models that have their own, by each name that callers may write. */
export function createDeadlineOf(general: Deadlines, own: ReadonlyMap<string, Partial<Deadlines>>): DeadlineOf {
  if (own.size === 0) return (_model, kind) => general[kind]
  return (model, kind) => own.get(model)?.[kind] ?? general[kind]
}
