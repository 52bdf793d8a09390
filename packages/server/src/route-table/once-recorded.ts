const brand: unique symbol = Symbol('once recorded')

/** What an audited action does once it stands in the audit log: its effect can neither be taken back nor be told twice. */
export interface OnceRecorded<Answer> {
  readonly [brand]: true
  readonly commit: () => Promise<Answer>
}

/** Returned by a handler in place of its answer: nothing happens before the action has been written down, and nothing at all when it can't be. */
export function onceRecorded<Answer>(commit: () => Promise<Answer>): OnceRecorded<Answer> {
  return { [brand]: true, commit }
}

export function isOnceRecorded(value: unknown): value is OnceRecorded<unknown> {
  return typeof value === 'object' && value !== null && brand in value
}
