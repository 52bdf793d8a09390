import type { AnswerFacts, Produce } from '@proxyapi/context'
import { type Call, type ChatHandler, type ChatRequest, type Deps, openCall, type Receipt, winnerOf } from '@proxyapi/core'
import { type CachedWhole, type ChatKinds, toCached } from './cached-answer.ts'

export interface DetachedWorld {
  readonly deps: Deps
  /** Told of work that outlived the client who began it, or had none. */
  readonly onReceipt: (receipt: Receipt) => void
}

/** What is asked, and for whom: a client's call, or nobody's that waits. */
export interface Errand {
  readonly request: ChatRequest
  readonly call?: Call | undefined
  readonly principal?: Call['principal']
}

function followSettlement(call: Call | undefined): () => boolean {
  let settled = call === undefined
  call?.lease(() => {
    settled = true
  })
  return () => settled
}

/**
 * Asks upstream under a call of its own, which ends when nobody waits for its answer any more and not when the client does who
 * happened to ask first. Its attempts are put on that client's record; where the client has left before the end, the work
 * has a receipt of its own, so that no cost is lost.
 */
export function produceDetached(
  next: ChatHandler,
  { request, call, principal = call?.principal }: Errand,
  world: DetachedWorld,
): Produce<ChatKinds> {
  return async (signal) => {
    const isAlone = followSettlement(call)
    const detached = openCall(
      request,
      {
        id: call === undefined ? undefined : `${call.id.slice(0, 56)}-shared`,
        principal,
        overrides: call?.overrides,
        tags: call?.tags,
        signal,
        onSettled: (receipt) => {
          if (isAlone()) world.onReceipt(receipt)
        },
      },
      world.deps,
    )
    try {
      const answer = await detached.run(next)
      const winner = winnerOf(detached.call)
      const facts = ({ response }: CachedWhole): AnswerFacts => ({
        finishReasons: response.choices.map(({ finish }) => finish.reason),
        costNanoUsd: winner?.costNanoUsd ?? null,
        model: response.model,
        provider: winner?.provider,
      })
      return { answer: toCached(answer, { provider: winner?.provider, model: winner?.model }), facts }
    } finally {
      if (call !== undefined && !isAlone()) {
        call.attempts.push(...detached.call.attempts)
        for (const name of detached.call.dropped) call.dropped.add(name)
      }
    }
  }
}
