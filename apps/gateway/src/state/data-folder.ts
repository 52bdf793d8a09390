import { accessSync, chmodSync, constants, readdirSync, statSync } from 'node:fs'
import { makeFolder } from './make-folder.ts'

const stickyBit = 0o1000

/** Takes a folder of the gateway's from everybody but its owner. One that others use too, such as /tmp, stays as it is. */
function tighten(path: string): void {
  const { mode } = statSync(path)
  const files = readdirSync(path)
  const isOwn = files.length === 0 || files.includes('secret')
  if (!isOwn || (mode & stickyBit) !== 0 || (mode & 0o077) === 0) return
  try {
    chmodSync(path, 0o700)
  } catch {
    // The folder is another user's, who lets us write to it: it is theirs to tighten.
  }
}

/** The folder for state, made where it is missing; `undefined` when it can't be used, which is told and no reason not to start. */
export function openDataFolder(path: string, onFailure: (code: string) => void): string | undefined {
  try {
    makeFolder(path)
    accessSync(path, constants.W_OK | constants.X_OK)
    tighten(path)
    return path
  } catch (error) {
    onFailure(error instanceof Error && 'code' in error ? String(error.code) : 'unknown')
    return undefined
  }
}
