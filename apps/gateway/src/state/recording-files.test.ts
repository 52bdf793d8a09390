import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRecordingFiles } from './recording-files.ts'

const id = 'a'.repeat(32)
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recordings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('createRecordingFiles', () => {
  it('keeps lines that only their owner reads, and gives them in pieces of whole lines', async () => {
    const store = createRecordingFiles(folder)
    expect([await store.ids(), await store.read(id, 0, 100)]).toEqual([[], { lines: [], next: 0 }])
    for (const line of ['one', 'zwölf', 'three']) await store.append(id, line)
    const first = await store.read(id, 0, 12)
    expect(first).toEqual({ lines: ['one', 'zwölf'], next: 11 })
    expect(await store.read(id, first.next, 12)).toEqual({ lines: ['three'], next: 17 })
    expect(await store.read(id, 17, 12)).toEqual({ lines: [], next: 17 })
    expect(statSync(join(folder, 'recordings', `${id}.jsonl`)).mode & 0o777).toBe(0o600)
    expect(await createRecordingFiles(folder).ids()).toEqual([id])
  })

  it('gives a line that is longer than a piece whole, and leaves out one that was torn off', async () => {
    const store = createRecordingFiles(folder)
    await store.append(id, 'x'.repeat(50))
    appendFileSync(join(folder, 'recordings', `${id}.jsonl`), 'torn')
    expect(await store.read(id, 0, 8)).toEqual({ lines: ['x'.repeat(50)], next: 51 })
    expect(await store.read(id, 51, 8)).toEqual({ lines: [], next: 51 })
  })

  it('puts other lines in the place of all, and removes', async () => {
    const store = createRecordingFiles(folder)
    await store.append(id, 'one')
    await store.replace(id, ['two', 'three'])
    expect(await store.read(id, 0, 100)).toEqual({ lines: ['two', 'three'], next: 10 })
    await store.remove(id)
    await store.remove(id)
    expect(readdirSync(join(folder, 'recordings'))).toEqual([])
  })
})
