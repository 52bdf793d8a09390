import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptModelList, ModelListStore } from '@proxyapi/core/serving'
import type { Logger } from '@proxyapi/logging'
import { keepJson } from './keep-json.ts'

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
  const name = 'model-lists.json'
  return {
    load: () => readLists(join(dataFolder, name)),
    save: (lists) => {
      try {
        keepJson(dataFolder, name, lists)
      } catch (error) {
        logger.warning('The lists of models could not be kept', { error: error instanceof Error ? error.message : String(error) })
      }
    },
  }
}
