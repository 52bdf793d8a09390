const givenUp: ReadonlySet<string> = new Set(['canceled', 'superseded'])

/** Whether an attempt was given up, by the caller or for a quicker one: it tells nothing of its target. */
export function wasGivenUp(outcome: string): boolean {
  return givenUp.has(outcome)
}
