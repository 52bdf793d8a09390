import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@proxyapi/logging'
import type { KeptKeySet, KeySetStore } from '@proxyapi/server'
import { keepJson } from './keep-json.ts'

/** A key set of 256 KiB, written once more as a text of JSON. */
const maxBytes = 1_048_576

function parseKept(text: string): KeptKeySet | undefined {
  const kept = JSON.parse(text) as Partial<KeptKeySet> | null // written by `save` below, or damaged
  const { url, text: keys, readAtMs } = kept ?? {}
  if (typeof url !== 'string' || typeof keys !== 'string' || typeof readAtMs !== 'number') return undefined
  return { url, text: keys, readAtMs }
}

/** The identity provider's keys as a file of the data folder, which its owner alone may read. */
export function createKeySetStore(folder: string, logger: Pick<Logger, 'warning'>): KeySetStore {
  const name = 'jwks.json'
  const file = join(folder, name)
  return {
    load: () => {
      try {
        return statSync(file).size > maxBytes ? undefined : parseKept(readFileSync(file, 'utf8'))
      } catch {
        return undefined
      }
    },
    save: (kept) => {
      try {
        keepJson(folder, name, kept)
      } catch (error) {
        logger.warning('The keys of the identity provider could not be kept', {
          error: error instanceof Error ? error.message : String(error),
        })
      }
    },
  }
}
