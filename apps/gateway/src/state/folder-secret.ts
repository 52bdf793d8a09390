import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'

const secretBytes = 32
const minSecretLength = 16

function drawSecret(): string {
  return randomBytes(secretBytes).toString('hex')
}

function readSecret(file: string): string | undefined {
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (secret.length < minSecretLength) return undefined
    chmodSync(file, 0o600)
    return secret
  } catch {
    return undefined
  }
}

/** The folder's own secret: drawn at the first start, and readable by its owner only. Of two processes that start together, one's secret stands. @throws the system's error where the folder takes no files */
function folderSecret(folder: string): string {
  const file = join(folder, 'secret')
  const known = readSecret(file)
  if (known !== undefined) return known
  const drawn = drawSecret()
  makeFolder(folder)
  try {
    writeFileSync(file, `${drawn}\n`, { mode: 0o600, flag: 'wx' })
    return drawn
  } catch (error) {
    const other = readSecret(file)
    if (other !== undefined) return other
    throw error
  }
}

export interface ProcessSecretOptions {
  readonly folder: string
  /** `PROXYAPI_SECRET`: the same for all instances that share a cache or a database. */
  readonly given: string | undefined
  /** The secret that was given is of no use, or the folder keeps none. */
  readonly onError: (message: string) => void
}

/** What pseudonyms of people and ids of keys are made with: the one that was given, or the folder's; where it keeps none, one that lasts as long as the process. */
export function processSecret({ folder, given, onError }: ProcessSecretOptions): string {
  if (given !== undefined && given.length >= minSecretLength) return given
  if (given !== undefined && given !== '') onError(`PROXYAPI_SECRET has fewer than ${minSecretLength} characters; the folder's own is used`)
  try {
    return folderSecret(folder)
  } catch (error) {
    onError(error instanceof Error ? error.message : String(error))
    return drawSecret()
  }
}
