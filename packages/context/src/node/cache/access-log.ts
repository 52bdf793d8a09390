/** Gathers which keys were used and writes them down together: a write for every read would cost more than the read. */
export interface AccessLog {
  readonly record: (key: string) => void
  /** Writes what has gathered. */
  readonly flush: () => Promise<void>
}

export function createAccessLog(maxKeys: number, write: (keys: readonly string[]) => Promise<unknown>): AccessLog {
  let keys = new Set<string>()
  const flush = async (): Promise<void> => {
    if (keys.size === 0) return
    const gathered = [...keys]
    keys = new Set()
    await write(gathered)
  }
  return {
    flush,
    record: (key) => {
      keys.add(key)
      // Losing a record only makes an entry look less used than it is.
      if (keys.size >= maxKeys) flush().catch(() => undefined)
    },
  }
}
