import { createHash, createHmac } from 'node:crypto'
import type { AuditContent, AuditRecord } from './audit-record.ts'

/*
 * Each record's hash is SHA-256 over the hash before it, a line feed and the record's canonical content: a JSON array of its fields in the
 * order below, the sequence first. So no record can be changed, moved, left out or put in without breaking every hash after it. What the
 * hashes can't show, that the end of the chain or all of it was rewritten, the anchors show: hashes signed with a key that is not in the file.
 */

/** What stands before the first record. */
export const genesisHash = '0'.repeat(64)

type Unlinked = AuditContent & Pick<AuditRecord, 'sequence' | 'previousHash'>

/** The canonical content of a record: what its hash covers besides the hash before it. */
function toCanonical(record: Unlinked): string {
  const { sequence, timeMs, actorId, actorName, action, object, outcome, source, subject, details } = record
  return JSON.stringify([sequence, timeMs, actorId, actorName, action, object, outcome, source, subject, details])
}

export function toRecordHash(record: Unlinked): string {
  return createHash('sha256')
    .update(`${record.previousHash}\n${toCanonical(record)}`)
    .digest('hex')
}

/** A place in the chain, by sequence and hash. */
export interface ChainPoint {
  readonly sequence: number
  readonly hash: string
}

/** Appends contents to a chain that ends at `head`. Pure. */
export function linkRecords(head: ChainPoint, contents: readonly AuditContent[]): readonly AuditRecord[] {
  let { sequence, hash: previousHash } = head
  return contents.map((content) => {
    sequence++
    const unlinked = { sequence, ...content, previousHash }
    previousHash = toRecordHash(unlinked)
    return { ...unlinked, hash: previousHash }
  })
}

/** `head`: the chain ends here. `checkpoint`: it went through here. `cut`: what came before was removed by retention. */
export type AnchorKind = 'head' | 'checkpoint' | 'cut'

/** A place in the chain, vouched for by whoever has the key. */
export interface AuditAnchor extends ChainPoint {
  readonly kind: AnchorKind
  readonly timeMs: number
  readonly signature: string
}

function toSignature(secret: string, { kind, sequence, hash, timeMs }: Omit<AuditAnchor, 'signature'>): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify([kind, sequence, hash, timeMs]))
    .digest('hex')
}

export function signAnchor(secret: string, anchor: Omit<AuditAnchor, 'signature'>): AuditAnchor {
  return { ...anchor, signature: toSignature(secret, anchor) }
}

export function isAnchorSigned(secret: string, anchor: AuditAnchor): boolean {
  return anchor.signature === toSignature(secret, anchor)
}
