import type { FetchAnswer, FetchedAnswer } from '@proxyapi/context'
import {
  type Attempt,
  type Call,
  type CallOptions,
  type ChatHandler,
  type ChatRequest,
  type Deps,
  openCall,
  type Receipt,
  winnerOf,
} from '@proxyapi/core'
import type { ChatKinds } from './cached-answer.ts'
import { originOf } from './cached-answer.ts'

/** Tells the rest of the work apart from the call that began it. */
const sharedSuffix = '-shared'
/** Ids have 64 characters at most. */
const maxIdLength = 64 - sharedSuffix.length

/** The caller's own deadline must come first: its error names the time that the caller gave. */
const graceMs = 50

/** Runs a request under a call of its own, which goes on when the client that began it leaves. */
async function run(
  request: ChatRequest,
  options: CallOptions,
  { next, deps }: { readonly next: ChatHandler; readonly deps: Deps },
): Promise<FetchedAnswer<ChatKinds>> {
  const opened = openCall(request, options, deps)
  const answer = await opened.run(next)
  const winner = winnerOf(opened.call)
  return {
    answer: answer.type === 'stream' ? { ...answer, winner } : { ...answer, origin: originOf(winner) },
    facts: ({ response, origin }) => ({
      finishReasons: response.choices.map(({ finish }) => finish.reason),
      costNanoUsd: origin.costNanoUsd === undefined ? 0 : origin.costNanoUsd,
      model: origin.model ?? response.model,
      provider: origin.provider,
    }),
  }
}

/** What a receipt says beyond what the leaver's own has said. */
function toRest(receipt: Receipt, told: ReadonlySet<Attempt>): Receipt {
  const attempts = receipt.attempts.filter((attempt) => !told.has(attempt))
  const before = receipt.attempts.filter((attempt) => told.has(attempt)).reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0)
  const wastedNanoUsd = Math.max(0, receipt.wastedNanoUsd - before)
  return { ...receipt, id: `${receipt.id.slice(0, maxIdLength)}${sharedSuffix}`, attempts, wastedNanoUsd }
}

interface World {
  readonly next: ChatHandler
  readonly deps: Deps
  /** Told of work that went on after the client had left who began it. */
  readonly onReceipt: (receipt: Receipt) => void
}

/**
 * Asks upstream for a client. What is tried stands on the client's own record; where the client leaves and others still
 * wait, the rest of the work has a receipt of its own, so that what it cost is not lost.
 */
export function fetchForClient(call: Call, request: ChatRequest, world: World): FetchAnswer<ChatKinds> {
  const { id, principal, overrides, tags, user, outgoingHeaders } = call
  let told: ReadonlySet<Attempt> | undefined
  call.lease(() => {
    told = new Set(call.attempts.filter(({ endedAtMs }) => endedAtMs !== undefined))
  })
  const onSettled = (receipt: Receipt): void => {
    if (told !== undefined) world.onReceipt(toRest(receipt, told))
  }
  return (abort) => {
    const signal = abort.signal()
    const timeoutMs = Math.max(1, call.deadlineAtMs - world.deps.now()) + graceMs
    return run(request, { id, principal, overrides, tags, user, outgoingHeaders, timeoutMs, signal, onSettled, record: call }, world)
  }
}

/** Asks upstream without a client: to warm, and to refresh what has gone stale. */
export function fetchInBackground(
  request: ChatRequest,
  options: Pick<CallOptions, 'overrides' | 'onSettled'>,
  world: { next: ChatHandler; deps: Deps },
): FetchAnswer<ChatKinds> {
  return (abort) => run(request, { ...options, tags: ['cache-refresh'], signal: abort.signal() }, world)
}
