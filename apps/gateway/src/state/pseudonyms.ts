import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const keyBytes = 32

function readKey(path: string): Buffer | undefined {
  try {
    const key = readFileSync(path)
    return key.length === keyBytes ? key : undefined
  } catch {
    return undefined
  }
}

function keyIn(folder: string): Buffer {
  const path = join(folder, 'pseudonym.key')
  const known = readKey(path)
  if (known !== undefined) return known
  const fresh = randomBytes(keyBytes)
  try {
    writeFileSync(path, fresh, { mode: 0o600, flag: 'wx' })
    return fresh
  } catch {
    // Another process was first, or the folder takes no files: then pseudonyms last as long as the process.
    return readKey(path) ?? fresh
  }
}

/** Makes pseudonyms of end users, the same after a restart: what was stored on somebody must be found to be erased. */
export function createPseudonyms(folder: string | undefined): (user: string) => string {
  const key = folder === undefined ? randomBytes(keyBytes) : keyIn(folder)
  return (user) => createHmac('sha256', key).update(user).digest('base64url').slice(0, 22)
}
