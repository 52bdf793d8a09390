import { unwatchFile, watchFile as watchStatus } from 'node:fs'

/** Between two looks at the file: where files come over a network or a mounted volume, nothing else notices a change. */
const everyMs = 1_000

/** Calls back when a file has changed, been replaced or come back. Returns a function that ends that. */
export function watchFile(path: string, onChange: () => void): () => void {
  const listener = (now: { readonly mtimeMs: number; readonly ino: number; readonly size: number }, before: typeof now): void => {
    const isSame = now.mtimeMs === before.mtimeMs && now.ino === before.ino && now.size === before.size
    // A file that is gone will come back, or is an error at the next reload.
    if (!isSame && now.ino !== 0) onChange()
  }
  watchStatus(path, { interval: everyMs, persistent: false }, listener)
  return () => unwatchFile(path, listener)
}
