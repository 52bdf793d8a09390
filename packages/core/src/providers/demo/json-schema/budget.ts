/** What may still be spent on one schema: a client's schema is foreign input, and its cost has to end. */
export interface Budget {
  steps: number
}

/** Takes steps from the budget; false when it is used up. */
export function spend(budget: Budget, steps = 1): boolean {
  budget.steps -= steps
  return budget.steps >= 0
}
