import { randomBytes } from 'node:crypto'
import { keptWord } from './kept-word.ts'

const secretBytes = 32
const minSecretLength = 16

function drawSecret(): string {
  return randomBytes(secretBytes).toString('hex')
}

function folderSecret(folder: string): string {
  return keptWord({ folder, name: 'secret', draw: drawSecret, minLength: minSecretLength })
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
