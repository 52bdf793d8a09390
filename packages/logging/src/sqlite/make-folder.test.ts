import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

it('makes what is missing above it too, for its owner alone', async () => {
  const base = mkdtempSync(join(tmpdir(), 'folder-'))
  folders.push(base)
  const path = join(base, 'a', 'b', 'c')
  await makeFolder(path)
  await makeFolder(path)
  expect(statSync(path).mode & 0o777).toBe(0o700)
})

it('does not take a file for a folder', async () => {
  const base = mkdtempSync(join(tmpdir(), 'folder-'))
  folders.push(base)
  writeFileSync(join(base, 'file'), '')
  await expect(makeFolder(join(base, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
})

it.runIf(existsSync('/proc/self'))('gives up where the system takes no folder, instead of trying for ever', async () => {
  await expect(makeFolder('/proc/none/deeper')).rejects.toMatchObject({ code: 'ENOENT' })
})
