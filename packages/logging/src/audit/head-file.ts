import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type AuditAnchor, isAnchorSigned } from './chain.ts'

/*
 * The end of the chain once more, signed, in a file of its own beside the database: who puts back an older copy of the database, deletes
 * it or empties its tables leaves this file behind. Who takes both is found by the log, where the same is written.
 */

/** What the file beside the database says of the chain's end. */
export type WrittenHead =
  | { readonly type: 'head'; readonly anchor: AuditAnchor }
  | { readonly type: 'none' }
  | { readonly type: 'broken'; readonly problem: string }

/** Where the end of a database's chain stands. */
export function headFileOf(databaseFile: string): string {
  return join(dirname(databaseFile), 'audit-head.json')
}

/** Replaces the file in one step: a process that is killed leaves the old one or the new one. @throws the system's error */
export function writeHead(file: string, anchor: AuditAnchor): void {
  const draft = `${file}.new`
  const descriptor = openSync(draft, 'w', 0o600)
  try {
    writeSync(descriptor, `${JSON.stringify(anchor)}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(draft, file)
}

function isAnchor(value: unknown): value is AuditAnchor {
  if (typeof value !== 'object' || value === null) return false
  const { kind, sequence, hash, timeMs, signature } = value as Readonly<Record<string, unknown>>
  return (
    kind === 'head' &&
    Number.isSafeInteger(sequence) &&
    typeof hash === 'string' &&
    typeof timeMs === 'number' &&
    typeof signature === 'string'
  )
}

/** Reads what `writeHead` wrote. Without the secret the signature is not checked. */
export function readHeadFile(file: string, secret: string | undefined): WrittenHead {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return { type: 'none' }
  }
  try {
    const value: unknown = JSON.parse(text)
    if (!isAnchor(value)) return { type: 'broken', problem: 'the file of the chain’s end holds no anchor' }
    if (secret !== undefined && !isAnchorSigned(secret, value))
      return { type: 'broken', problem: 'the file of the chain’s end is not signed with this key' }
    return { type: 'head', anchor: value }
  } catch {
    return { type: 'broken', problem: 'the file of the chain’s end can’t be read' }
  }
}
