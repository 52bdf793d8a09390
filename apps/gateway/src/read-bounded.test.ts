import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readBounded } from './read-bounded.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxyapi-read-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('reads a file to its end, and one that is longer not at all', () => {
  const file = join(folder, 'a.txt')
  const text = 'olá\n'.repeat(50_000)
  writeFileSync(file, text)
  expect(readBounded(file, Buffer.byteLength(text))).toBe(text)
  expect(() => readBounded(file, Buffer.byteLength(text) - 1)).toThrow(expect.objectContaining({ code: 'EFBIG' }))
})

it.skipIf(process.platform === 'win32')('does not read a device that has no end', () => {
  expect(() => readBounded('/dev/zero', 1_000_000)).toThrow(expect.objectContaining({ code: 'EFBIG' }))
})
