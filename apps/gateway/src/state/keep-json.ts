import { randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'

/**
 * Puts a value in the place of a file's in one step, for its owner alone. Of several processes that write at the same time, one's value stands.
 * @throws the system's error
 */
export function keepJson(folder: string, name: string, value: unknown): void {
  makeFolder(folder)
  const file = join(folder, name)
  const written = `${file}.${randomBytes(6).toString('hex')}.new`
  writeFileSync(written, JSON.stringify(value), { mode: 0o600 })
  renameSync(written, file)
}
