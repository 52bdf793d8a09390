/** Returns what it made before while the settings are equal as JSON, and makes anew when they differ. */
export type Kept<Made> = (settings: unknown, make: () => Made) => Made

/** Lets what holds state outlive a configuration whose part of it has not changed. */
export function createKept<Made>(): Kept<Made> {
  let last: { readonly key: string; readonly made: Made } | undefined
  return (settings, make) => {
    const key = JSON.stringify(settings)
    if (last?.key !== key) last = { key, made: make() }
    return last.made
  }
}
