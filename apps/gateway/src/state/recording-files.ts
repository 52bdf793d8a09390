import { appendFile, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordingPage, RecordingStore } from '@proxyapi/server'
import { makeFolder } from './make-folder.ts'

const form = /^[0-9a-f]{32}\.jsonl$/
const newline = 10
const ownerOnly = 0o600
const pieceBytes = 1024 * 1024

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Bytes of a file from a position on; fewer at its end. */
async function readBytes(path: string, from: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await file.read(bytes, 0, length, from)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Whole lines from a position on: of a line that is longer than the piece, all of it. */
async function readLines(path: string, from: number, maxBytes: number): Promise<RecordingPage> {
  for (let length = maxBytes; ; length *= 2) {
    const bytes = await readBytes(path, from, length)
    const end = bytes.lastIndexOf(newline)
    if (end !== -1) return { lines: bytes.subarray(0, end).toString('utf8').split('\n'), next: from + end + 1 }
    // The end of the file: what stands there without a line's end was torn off when it was written.
    if (bytes.length < length) return { lines: [], next: from }
  }
}

/** Takes a file's name from it, and then overwrites what it held: what was erased must not be found on the disk. */
async function overwritten(path: string, unlink: () => Promise<void>): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    await unlink()
    const zeros = Buffer.alloc(Math.min(size, pieceBytes))
    for (let at = 0; at < size; at += zeros.length) await file.write(zeros, 0, Math.min(zeros.length, size - at), at)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Recordings as files of the data folder, which only their owner reads. */
export function createRecordingFiles(dataFolder: string): RecordingStore {
  const folder = join(dataFolder, 'recordings')
  const pathOf = (id: string): string => join(folder, `${id}.jsonl`)
  return {
    ids: async () => {
      try {
        return (await readdir(folder)).filter((name) => form.test(name)).map((name) => name.slice(0, -'.jsonl'.length))
      } catch (error) {
        if (isMissing(error)) return []
        throw error
      }
    },
    append: async (id, line) => {
      makeFolder(folder)
      await appendFile(pathOf(id), `${line}\n`, { mode: ownerOnly })
    },
    read: async (id, from, maxBytes) => {
      try {
        return await readLines(pathOf(id), from, maxBytes)
      } catch (error) {
        if (isMissing(error)) return { lines: [], next: from }
        throw error
      }
    },
    replace: async (id, lines) => {
      const next = `${pathOf(id)}.next`
      await writeFile(next, lines.map((line) => `${line}\n`).join(''), { mode: ownerOnly })
      await overwritten(pathOf(id), () => rename(next, pathOf(id)))
    },
    remove: async (id) => {
      try {
        await overwritten(pathOf(id), () => rm(pathOf(id)))
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    },
  }
}
