/** The two functions that vitest, jest and `node:test` have in common. */
export interface TestFramework {
  readonly describe: (name: string, define: () => void) => unknown
  readonly it: (name: string, run: () => Promise<void>) => unknown
}

/** @throws Error when two values are not equal as JSON */
export function equal(found: unknown, wanted: unknown, what: string): void {
  const [text, expected] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (text !== expected) throw new Error(`${what}: found ${text}, wanted ${expected}`)
}
