const givenUp: ReadonlySet<string> = new Set(['canceled', 'superseded', 'budget'])

/** Whether an attempt was given up, by the caller, for a quicker one or for want of money: it tells nothing of its target. */
export function wasGivenUp(outcome: string): boolean {
  return givenUp.has(outcome)
}
