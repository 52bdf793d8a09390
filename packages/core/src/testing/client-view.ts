import type { Receipt } from '../call/receipt.ts'
import type { Usage } from '../chat/usage.ts'
import type { Leaving } from './workload.ts'

/** What one simulated caller saw. */
export interface ClientView {
  readonly client: number
  readonly stream: boolean
  readonly openedAtMs: number
  readonly deadlineAtMs: number
  /** How long it rests between two reads. */
  readonly pauseMs: number
  /** `complete`: the answer ended well; `error`: the caller was told of a failure; `undefined`: neither, the caller left or still waits. */
  ended?: 'complete' | 'error' | undefined
  endedAtMs?: number | undefined
  left?: { readonly how: Leaving; readonly atMs: number } | undefined
  error?: unknown
  text: string
  /** What was wrong with the provider's own bytes, where they were sent on. */
  rawFault?: string | undefined
  /** Why the answer ended, as the caller was told. */
  finish?: string | undefined
  usage?: Usage | undefined
  firstTextAtMs?: number | undefined
  readonly receipts: Receipt[]
  /** Attempts that had not ended when the receipt was written. */
  openAttempts: number
  readonly leases: { taken: number; returned: number }
}
