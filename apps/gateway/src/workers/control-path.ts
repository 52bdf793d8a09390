import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where the workers of a primary reach it, and what removes it again. */
export interface ControlPath {
  readonly path: string
  readonly remove: () => void
}

/** A name for a socket that nobody but this user can open: in a new folder of the system's, or in the data folder where that takes none. @throws Error where neither does */
export function createControlPath(dataFolder: string): ControlPath {
  if (platform() === 'win32') return { path: `\\\\.\\pipe\\proxyapi-${randomBytes(16).toString('hex')}`, remove: () => undefined }
  for (const parent of [tmpdir(), dataFolder]) {
    try {
      const folder = mkdtempSync(join(parent, 'proxyapi-')) // its owner's alone
      return { path: join(folder, 'control'), remove: () => rmSync(folder, { recursive: true, force: true }) }
    } catch {
      // The other one may take it.
    }
  }
  throw new Error(
    `Several workers need a folder for a socket, and neither ${tmpdir()} nor ${dataFolder} takes one. Set TMPDIR to a folder that can be written, or server.workers to 1.`,
  )
}
