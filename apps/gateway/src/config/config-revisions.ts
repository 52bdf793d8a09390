import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigRevision } from '@proxyapi/server'
import { makeFolder } from '../state/make-folder.ts'

/** Tells one text of a configuration from another. */
export function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** Earlier texts of the configuration file. */
export interface ConfigRevisions {
  readonly keep: (text: string) => void
  /** Newest first. */
  readonly list: () => readonly ConfigRevision[]
  readonly textOf: (number: number) => string | undefined
}

/** Older ones are removed. */
const maxKept = 50
const form = /^(\d{6})\.yaml$/

function fileOf(number: number): string {
  return `${String(number).padStart(6, '0')}.yaml`
}

/** Keeps texts in a folder of the gateway's own: they hold secrets, and only its owner reads them. */
export function createConfigRevisions(dataFolder: string): ConfigRevisions {
  const folder = join(dataFolder, 'config-revisions')
  const numbers = (): readonly number[] => {
    try {
      return readdirSync(folder)
        .flatMap((name) => form.exec(name)?.[1] ?? [])
        .map(Number)
        .sort((a, b) => b - a)
    } catch {
      return []
    }
  }
  const read = (number: number): string => readFileSync(join(folder, fileOf(number)), 'utf8')
  return {
    keep: (text) => {
      makeFolder(folder)
      const known = numbers()
      const [newest = 0] = known
      if (newest > 0 && read(newest) === text) return
      writeFileSync(join(folder, fileOf(newest + 1)), text, { mode: 0o600 })
      for (const old of known.slice(maxKept - 1)) rmSync(join(folder, fileOf(old)), { force: true })
    },
    list: () =>
      numbers().map((number) => {
        const text = read(number)
        const savedAtMs = Math.floor(statSync(join(folder, fileOf(number))).mtimeMs)
        return { number, savedAtMs, revision: revisionOf(text), bytes: Buffer.byteLength(text) }
      }),
    textOf: (number) => (numbers().includes(number) ? read(number) : undefined),
  }
}

/** Puts a text in the place of a file's in one step: whoever reads it meanwhile sees the one or the other, and never a half. */
export function replaceFile(path: string, text: string): void {
  const target = realpathSync(path)
  const { mode } = statSync(target)
  const fresh = `${target}.proxyapi-new`
  writeFileSync(fresh, text, { mode: mode & 0o777 })
  chmodSync(fresh, mode & 0o777)
  renameSync(fresh, target)
}
