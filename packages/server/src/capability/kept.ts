import type { CompileContext } from './capability.ts'

/** Returns what it made before while the settings are equal as JSON, and makes anew when they differ. */
export type Kept<Made> = (settings: unknown, context: Pick<CompileContext, 'onSwap'>, make: () => Made) => Made

/** Lets what holds state outlive a configuration whose part of it has not changed. What was made for a snapshot that is discarded is not kept. */
export function createKept<Made>(): Kept<Made> {
  let last: { readonly key: string; readonly made: Made } | undefined
  return (settings, { onSwap }, make) => {
    const key = JSON.stringify(settings)
    if (last?.key === key) return last.made
    const next = { key, made: make() }
    onSwap(() => {
      last = next
    })
    return next.made
  }
}
