import type { CallRecord } from '../record/call-record.ts'

/** A receipt and whose it is. */
export interface HeldReceipt {
  readonly receipt: CallRecord
  /** Id of the key; empty without one. */
  readonly owner: string
  /** Pseudonym of the end user; empty without one. */
  readonly user: string
}

/** The latest receipts, in memory. */
export interface ReceiptRing {
  readonly add: (one: HeldReceipt) => void
  /** The one of that owner; without an owner the latest of that id, whoever made it. */
  readonly get: (id: string, owner: string | undefined) => HeldReceipt | undefined
  /** Removes what belongs to an end user, by pseudonym. */
  readonly remove: (user: string) => void
}

export function createReceiptRing(maxReceipts: number): ReceiptRing {
  const held = new Map<string, HeldReceipt>()
  const toKey = (id: string, owner: string): string => `${owner}\n${id}`
  return {
    add: (one) => {
      const key = toKey(one.receipt.id, one.owner)
      held.delete(key) // so that it becomes the latest
      held.set(key, one)
      const [oldest] = held.keys()
      if (held.size > maxReceipts && oldest !== undefined) held.delete(oldest)
    },
    get: (id, owner) => {
      if (owner !== undefined) return held.get(toKey(id, owner))
      return [...held.values()].findLast((one) => one.receipt.id === id)
    },
    remove: (user) => {
      for (const [key, one] of held) if (one.user === user) held.delete(key)
    },
  }
}
