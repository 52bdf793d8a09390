import type { CallOptions } from '../call/call-options.ts'
import type { OpenCall } from '../call/open-call.ts'
import type { ChatAnswer, ChunkBatch } from '../chat/answer.ts'
import type { Engine } from '../engine/engine.ts'
import { isProxyApiError } from '../errors/proxy-api-error.ts'
import { chat } from '../operations/chat.ts'
import { type RerankAnswer, rerank } from '../operations/rerank.ts'
import type { ClientView } from './client-view.ts'
import { readRaw } from './read-raw.ts'
import type { Transcript } from './transcript.ts'
import type { VirtualWorld } from './virtual-world.ts'
import type { PlannedClient } from './workload.ts'

/** What a simulated caller needs. */
export interface ClientContext {
  readonly world: VirtualWorld
  readonly engine: Engine
  readonly transcript: Transcript
}

/** The longest deadlines of docs/resilience.md section 2. They are repeated here so that an engine that forgets its own is noticed. */
const longestMs = { plain: 600_000, stream: 1_800_000 } as const

/** Counts the holds of a call by replacing its `hold`. */
function countHolds({ call }: Pick<OpenCall, 'call'>, holds: ClientView['holds']): void {
  const hold = call.hold.bind(call)
  const counted: typeof call.hold = (release) => {
    holds.taken++
    hold((receipt) => {
      holds.released++
      release(receipt)
    })
  }
  Object.assign(call, { hold: counted })
}

function pause(world: VirtualWorld, ms: number): Promise<void> {
  return new Promise((resolve) => {
    world.schedule(ms, resolve)
  })
}

/** Forwarded bytes must contain exactly the text of the chunks beside them. */
function checkRaw(view: ClientView, batch: ChunkBatch, raw: Uint8Array): void {
  const { text, malformed } = readRaw(raw)
  const decoded = batch.chunks.reduce((sum, chunk) => (chunk.type === 'text-delta' ? sum + chunk.text : sum), '')
  if (malformed) view.rawFault ??= 'a malformed event was forwarded'
  if (text !== decoded) view.rawFault ??= `the bytes contain "${text}" and the chunks "${decoded}"`
}

function recordBatch(view: ClientView, batch: ChunkBatch, nowMs: number): void {
  if (batch.raw !== undefined) checkRaw(view, batch, batch.raw)
  for (const chunk of batch.chunks) {
    if (chunk.type === 'text-delta') {
      view.text += chunk.text
      view.firstTextAtMs ??= nowMs
    } else if (chunk.type === 'finish') view.finish = chunk.finish.reason
    else if (chunk.type === 'usage') view.usage = chunk.usage
  }
}

function readRerank({ response }: RerankAnswer, view: ClientView, world: VirtualWorld): void {
  view.text = response.results.map(({ document }) => document?.text ?? '').join('')
  view.finish = 'stop'
  view.usage = response.usage
  view.firstTextAtMs = world.now()
}

async function readAnswer(
  answer: ChatAnswer,
  view: ClientView,
  context: { readonly world: VirtualWorld; readonly settled: Promise<void> },
): Promise<void> {
  const { world, settled } = context
  if (answer.type === 'whole') {
    const { choices, usage } = answer.response
    view.text = choices.map((choice) => choice.text).join('')
    view.finish = choices[0]?.finish.reason
    view.usage = usage
    view.firstTextAtMs = world.now()
    return
  }
  for await (const batch of answer.batches) {
    recordBatch(view, batch, world.now())
    // A caller that has left reads no further batch.
    // A frozen caller keeps its connection and never reads again: only the deadline ends its call.
    if (view.left?.how === 'freeze') await settled
    if (view.left !== undefined) return
    if (view.pauseMs > 0) await pause(world, view.pauseMs)
  }
}

function describe(error: unknown): string {
  return isProxyApiError(error) ? error.code : `an untyped error: ${String(error)}`
}

/** A caller's call, of whichever operation. */
interface OpenedClientCall extends Pick<OpenCall, 'call' | 'cancel'> {
  /** Runs the call and reads its answer. */
  readonly read: (view: ClientView, settled: Promise<void>) => Promise<void>
}

function openOperation(
  { request, rerank: asked }: PlannedClient,
  options: CallOptions,
  { engine, world }: ClientContext,
): OpenedClientCall {
  if (asked !== undefined) {
    const { call, cancel, run } = engine.open(rerank, asked, options)
    return { call, cancel, read: async (view) => readRerank(await run(engine.handler(rerank)), view, world) }
  }
  const { call, cancel, run } = engine.open(chat, request, options)
  return { call, cancel, read: async (view, settled) => readAnswer(await run(engine.handler(chat)), view, { world, settled }) }
}

function openClientCall(
  plan: PlannedClient,
  context: ClientContext,
): {
  readonly opened: OpenedClientCall
  readonly view: ClientView
  readonly leave: () => void
  readonly settled: Promise<void>
} {
  const { world, transcript } = context
  const controller = new AbortController()
  const receipts: ClientView['receipts'] = []
  let settle: () => void = () => undefined
  const settled = new Promise<void>((resolve) => {
    settle = resolve
  })
  const options: CallOptions = {
    timeoutMs: plan.timeoutMs,
    ...(plan.leaves?.how === 'signal' && { signal: controller.signal }),
    onSettled: (receipt) => {
      receipts.push(receipt)
      view.openAttempts += receipt.attempts.filter(({ endedAtMs }) => endedAtMs === undefined).length
      settle()
      transcript.note(world.now(), `client ${plan.client} settled ${receipt.outcome} attempts ${receipt.attempts.length}`)
    },
  }
  const opened = openOperation(plan, options, context)
  const { call } = opened
  const view: ClientView = {
    client: plan.client,
    operation: plan.rerank === undefined ? 'chat' : 'rerank',
    stream: plan.request.stream === true,
    openedAtMs: call.startedAtMs,
    deadlineAtMs:
      call.startedAtMs + Math.min(plan.timeoutMs ?? Number.POSITIVE_INFINITY, longestMs[plan.request.stream === true ? 'stream' : 'plain']),
    pauseMs: plan.pauseMs,
    text: '',
    receipts,
    openAttempts: 0,
    holds: { taken: 0, released: 0 },
  }
  countHolds(opened, view.holds)
  // What a filter would hold, such as reservations of a budget.
  for (let held = 0; held < 2; held++) call.hold(() => undefined)
  const leave = (): void => {
    if (view.ended !== undefined || plan.leaves === undefined) return
    view.left = { how: plan.leaves.how, atMs: world.now() }
    transcript.note(world.now(), `client ${plan.client} leaves by ${plan.leaves.how}`)
    if (plan.leaves.how === 'signal') controller.abort()
    if (plan.leaves.how === 'cancel' || !view.stream) opened.cancel()
  }
  return { opened, view, leave, settled }
}

/** Runs one caller: opens a call, reads the answer, perhaps leaves, and records what it saw. */
export async function runClient(plan: PlannedClient, context: ClientContext, onOpen: (view: ClientView) => void): Promise<void> {
  const { world, transcript } = context
  transcript.note(world.now(), `client ${plan.client} asks for ${plan.request.stream === true ? 'a stream' : 'an answer'}`)
  const { opened, view, leave, settled } = openClientCall(plan, context)
  onOpen(view)
  const cancelLeaving = plan.leaves === undefined ? undefined : world.schedule(plan.leaves.afterMs, leave)
  try {
    await opened.read(view, settled)
    if (view.left === undefined) view.ended = 'complete'
  } catch (error) {
    view.ended = 'error'
    view.error = error
  }
  cancelLeaving?.()
  view.endedAtMs = world.now()
  const outcome = view.ended === 'error' ? describe(view.error) : (view.ended ?? 'nothing more')
  transcript.note(world.now(), `client ${plan.client} got ${outcome}, text ${view.text.length}`)
}
