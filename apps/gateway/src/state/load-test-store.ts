import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@proxyapi/logging'
import type { LoadTestReport, LoadTestStore } from '@proxyapi/server'
import { makeFolder } from './make-folder.ts'

/** Older reports are removed. */
const maxKept = 50
/** The moment at the front puts them in order. */
const form = /^\d{13}-[0-9a-f]{32}\.json$/

function parseReport(text: string): LoadTestReport | undefined {
  try {
    const report = JSON.parse(text) as LoadTestReport // written by `save` below, or damaged
    return typeof report.test_id === 'string' && typeof report.started_at === 'string' ? report : undefined
  } catch {
    return undefined
  }
}

/** Reports of load tests as files of the data folder. One that can't be written or read is told, and left out. */
export function createLoadTestStore(dataFolder: string, logger: Pick<Logger, 'warning'>): LoadTestStore {
  const folder = join(dataFolder, 'load-tests')
  const names = (): readonly string[] => {
    try {
      return readdirSync(folder)
        .filter((name) => form.test(name))
        .sort()
        .reverse()
    } catch {
      return []
    }
  }
  return {
    load: () =>
      names()
        .slice(0, maxKept)
        .flatMap((name) => {
          const report = parseReport(readFileSync(join(folder, name), 'utf8'))
          return report ?? []
        }),
    save: (report) => {
      try {
        makeFolder(folder)
        writeFileSync(join(folder, `${Date.parse(report.started_at)}-${report.test_id}.json`), JSON.stringify(report), { mode: 0o600 })
        for (const old of names().slice(maxKept)) rmSync(join(folder, old), { force: true })
      } catch (error) {
        logger.warning('The report of a load test could not be kept', { error: error instanceof Error ? error.message : String(error) })
      }
    },
  }
}
