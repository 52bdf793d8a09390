import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptModelList, ModelListStore } from '@proxyapi/core/serving'
import type { Logger } from '@proxyapi/logging'
import { makeFolder } from './make-folder.ts'

function isKeptList(value: unknown): value is KeptModelList {
  if (typeof value !== 'object' || value === null) return false
  const { provider, type, models, fetchedAtMs } = value as Partial<Record<keyof KeptModelList, unknown>> // each member is looked at
  if (typeof provider !== 'string' || typeof type !== 'string' || typeof fetchedAtMs !== 'number' || !Array.isArray(models)) return false
  return models.every((model: { readonly id?: unknown } | null) => typeof model?.id === 'string')
}

function readLists(file: string): readonly KeptModelList[] {
  try {
    const lists: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return Array.isArray(lists) ? lists.filter(isKeptList) : []
  } catch {
    return [] // not there yet, or damaged: fetched again
  }
}

/** The providers' lists of models as one file of the data folder, replaced whole. */
export function createModelListStore(dataFolder: string, logger: Pick<Logger, 'warning'>): ModelListStore {
  const file = join(dataFolder, 'model-lists.json')
  // Several workers write it.
  const written = `${file}.${randomBytes(6).toString('hex')}.new`
  return {
    load: () => readLists(file),
    save: (lists) => {
      try {
        makeFolder(dataFolder)
        writeFileSync(written, JSON.stringify(lists), { mode: 0o600 })
        renameSync(written, file)
      } catch (error) {
        logger.warning('The lists of models could not be kept', { error: error instanceof Error ? error.message : String(error) })
      }
    },
  }
}
