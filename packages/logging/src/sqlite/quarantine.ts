import { rename } from 'node:fs/promises'

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

/** Moves a damaged database out of the way, journal included, and gives its new path: what it still holds stays for whoever can read it. */
export async function quarantine(file: string, nowMs: number): Promise<string> {
  const aside = `${file}.corrupt-${nowMs}`
  // The journal first: left behind, it would be replayed into the new file.
  for (const suffix of ['-wal', '-shm', '']) await move(`${file}${suffix}`, `${aside}${suffix}`)
  return aside
}
