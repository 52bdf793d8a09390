import type { Produce, Produced } from '@proxyapi/context'
import { type Call, type CallOptions, type ChatHandler, type ChatRequest, type Deps, openCall, winnerOf } from '@proxyapi/core'
import type { ChatKinds } from './cached-answer.ts'
import { originOf } from './cached-answer.ts'

/** The caller's own deadline must come first: its error names the time that the caller gave. */
const graceMs = 50

/** Runs a request under a call of its own, which goes on when the client that began it leaves. */
async function run(
  request: ChatRequest,
  options: CallOptions,
  { next, deps }: { readonly next: ChatHandler; readonly deps: Deps },
): Promise<Produced<ChatKinds>> {
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

/** Asks upstream for a client. What is tried stands on the client's own record, also after it has left. */
export function produceFor(call: Call, request: ChatRequest, world: { next: ChatHandler; deps: Deps }): Produce<ChatKinds> {
  const { id, principal, overrides, tags, user, outgoingHeaders } = call
  return (signal) => {
    const timeoutMs = Math.max(1, call.deadlineAtMs - world.deps.now()) + graceMs
    return run(request, { id, principal, overrides, tags, user, outgoingHeaders, timeoutMs, signal, record: call }, world)
  }
}

/** Asks upstream without a client: to warm, and to refresh what has gone stale. */
export function produceAlone(
  request: ChatRequest,
  options: Pick<CallOptions, 'overrides' | 'onSettled'>,
  world: { next: ChatHandler; deps: Deps },
): Produce<ChatKinds> {
  return (signal) => run(request, { ...options, tags: ['cache-refresh'], signal }, world)
}
