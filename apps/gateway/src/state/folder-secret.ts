import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const secretBytes = 32
export const minSecretLength = 16

export function drawSecret(): string {
  return randomBytes(secretBytes).toString('hex')
}

function readSecret(file: string): string | undefined {
  try {
    const secret = readFileSync(file, 'utf8').trim()
    return secret.length >= minSecretLength ? secret : undefined
  } catch {
    return undefined
  }
}

/** The folder's own secret: drawn at the first start, and readable by its owner only. Of two processes that start together, one's secret stands. @throws the system's error where the folder takes no files */
export function folderSecret(folder: string): string {
  const file = join(folder, 'secret')
  const known = readSecret(file)
  if (known !== undefined) return known
  const drawn = drawSecret()
  try {
    writeFileSync(file, `${drawn}\n`, { mode: 0o600, flag: 'wx' })
    return drawn
  } catch (error) {
    const other = readSecret(file)
    if (other !== undefined) return other
    throw error
  }
}

/** The folder's secret; where there is no folder, or it takes no files, one that lasts as long as the process. */
export function processSecret(folder: string | undefined): string {
  try {
    return folder === undefined ? drawSecret() : folderSecret(folder)
  } catch {
    return drawSecret()
  }
}
