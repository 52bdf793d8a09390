import type { Receipt } from '../call/receipt.ts'
import type { Usage } from '../chat/usage.ts'
import type { Leaving } from './workload.ts'

/** What one simulated caller saw. */
export interface ClientView {
  readonly client: number
  readonly operation: 'chat' | 'rerank'
  readonly stream: boolean
  readonly openedAtMs: number
  readonly deadlineAtMs: number
  /** The pause between two reads. */
  readonly pauseMs: number
  /** `complete`: the answer ended normally; `error`: the caller received an error; `undefined`: the caller left or still waits. */
  ended?: 'complete' | 'error' | undefined
  endedAtMs?: number | undefined
  left?: { readonly how: Leaving; readonly atMs: number } | undefined
  error?: unknown
  text: string
  /** What was wrong with forwarded bytes of the provider. */
  rawFault?: string | undefined
  /** The finish reason that the caller received. */
  finish?: string | undefined
  usage?: Usage | undefined
  firstTextAtMs?: number | undefined
  readonly receipts: Receipt[]
  /** Attempts without an end when the receipt was written. */
  openAttempts: number
  /** What was held for the call, and how much of it was released. */
  readonly holds: { taken: number; released: number }
}
