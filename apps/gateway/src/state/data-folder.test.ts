import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openDataFolder } from './data-folder.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function setUp(): { readonly base: string; readonly open: (path: string) => readonly (string | undefined)[] } {
  const base = mkdtempSync(join(tmpdir(), 'data-folder-'))
  folders.push(base)
  const open = (path: string): readonly (string | undefined)[] => {
    let said: string | undefined
    return [openDataFolder(path, (code) => (said = code)), said]
  }
  return { base, open }
}

it('makes the folder, and what is missing above it', () => {
  const { base, open } = setUp()
  const path = join(base, 'a', 'b')
  expect([open(path), open(path)]).toEqual([
    [path, undefined],
    [path, undefined],
  ])
})

it('says that a file is no folder', () => {
  const { base, open } = setUp()
  writeFileSync(join(base, 'file'), '')
  expect(open(join(base, 'file'))).toEqual([undefined, 'EEXIST'])
  expect(open(join(base, 'file', 'below'))).toEqual([undefined, 'ENOTDIR'])
})

it.runIf(existsSync('/proc/self'))('says that a place takes no folders, at once', () => {
  expect(setUp().open('/proc/none/deeper')).toEqual([undefined, 'ENOENT'])
})
