import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'

export interface KeptWordOptions {
  readonly folder: string
  readonly name: string
  readonly draw: () => string
  /** A file with less in it is not believed. */
  readonly minLength: number
}

function readWord(file: string, minLength: number): string | undefined {
  try {
    const word = readFileSync(file, 'utf8').trim()
    if (word.length < minLength) return undefined
    chmodSync(file, 0o600)
    return word
  } catch {
    return undefined
  }
}

/**
 * A word that a folder keeps: drawn at the first start, and readable by its owner only. Of two processes that start together, one's word stands.
 * @throws the system's error where the folder takes no files
 */
export function keptWord({ folder, name, draw, minLength }: KeptWordOptions): string {
  const file = join(folder, name)
  const known = readWord(file, minLength)
  if (known !== undefined) return known
  const drawn = draw()
  makeFolder(folder)
  try {
    writeFileSync(file, `${drawn}\n`, { mode: 0o600, flag: 'wx' })
    return drawn
  } catch (error) {
    const other = readWord(file, minLength)
    if (other !== undefined) return other
    throw error
  }
}
