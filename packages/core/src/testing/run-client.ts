import type { OpenCall } from '../call/open-call.ts'
import type { ChatAnswer, ChunkBatch } from '../chat/answer.ts'
import type { Engine } from '../engine/engine.ts'
import { isProxyApiError } from '../errors/proxy-api-error.ts'
import type { ClientView } from './client-view.ts'
import { readRaw } from './read-raw.ts'
import type { Transcript } from './transcript.ts'
import type { VirtualWorld } from './virtual-world.ts'
import type { PlannedClient } from './workload.ts'

/** Where a caller lives. */
export interface ClientWorld {
  readonly world: VirtualWorld
  readonly engine: Engine
  readonly transcript: Transcript
}

/** The deadlines of docs/resilience.md section 2, repeated here so that an engine which ignores its own is detected. */
const longestMs = { plain: 120_000, stream: 600_000 } as const

/** Counts what the engine takes on a call's account, by standing in for the call's own `lease`. */
function countLeases({ call }: OpenCall, leases: ClientView['leases']): void {
  const { lease } = call
  const counted = (release: () => void): void => {
    leases.taken++
    lease(() => {
      leases.returned++
      release()
    })
  }
  Object.assign(call, { lease: counted })
}

function pause(world: VirtualWorld, ms: number): Promise<void> {
  return new Promise((resolve) => {
    world.schedule(ms, resolve)
  })
}

/** Bytes that go on untouched must say just what the chunks beside them say. */
function checkRaw(view: ClientView, batch: ChunkBatch, raw: Uint8Array): void {
  const { text, malformed } = readRaw(raw)
  const understood = batch.chunks.reduce((sum, chunk) => (chunk.type === 'text-delta' ? sum + chunk.text : sum), '')
  if (malformed) view.rawFault ??= 'a malformed event was sent on'
  if (text !== understood) view.rawFault ??= `the bytes said "${text}" and the chunks "${understood}"`
}

function see(view: ClientView, batch: ChunkBatch, nowMs: number): void {
  if (batch.raw !== undefined) checkRaw(view, batch, batch.raw)
  for (const chunk of batch.chunks) {
    if (chunk.type === 'text-delta') {
      view.text += chunk.text
      view.firstTextAtMs ??= nowMs
    } else if (chunk.type === 'finish') view.finish = chunk.finish.reason
    else if (chunk.type === 'usage') view.usage = chunk.usage
  }
}

async function read(
  answer: ChatAnswer,
  view: ClientView,
  place: { readonly world: VirtualWorld; readonly settled: Promise<void> },
): Promise<void> {
  const { world, settled } = place
  if (answer.type === 'whole') {
    const { choices, usage } = answer.response
    view.text = choices.map((choice) => choice.text).join('')
    view.finish = choices[0]?.finish.reason
    view.usage = usage
    view.firstTextAtMs = world.now()
    return
  }
  for await (const batch of answer.batches) {
    see(view, batch, world.now())
    // Whoever has left reads no more; what was on its way is lost to it.
    // A frozen one keeps its connection and never asks for more: only the deadline ends that.
    if (view.left?.how === 'freeze') await settled
    if (view.left !== undefined) return
    if (view.pauseMs > 0) await pause(world, view.pauseMs)
  }
}

function describe(error: unknown): string {
  return isProxyApiError(error) ? error.code : `not one of ours: ${String(error)}`
}

function open(
  plan: PlannedClient,
  { world, engine, transcript }: ClientWorld,
): { readonly opened: OpenCall; readonly view: ClientView; readonly leave: () => void; readonly settled: Promise<void> } {
  const controller = new AbortController()
  const receipts: ClientView['receipts'] = []
  let settle: () => void = () => undefined
  const settled = new Promise<void>((resolve) => {
    settle = resolve
  })
  const opened = engine.open(plan.request, {
    timeoutMs: plan.timeoutMs,
    ...(plan.leaves?.how === 'signal' && { signal: controller.signal }),
    onSettled: (receipt) => {
      receipts.push(receipt)
      view.openAttempts += receipt.attempts.filter(({ endedAtMs }) => endedAtMs === undefined).length
      settle()
      transcript.note(world.now(), `client ${plan.client} settled ${receipt.outcome} attempts ${receipt.attempts.length}`)
    },
  })
  const { call } = opened
  const view: ClientView = {
    client: plan.client,
    stream: plan.request.stream === true,
    openedAtMs: call.startedAtMs,
    deadlineAtMs:
      call.startedAtMs + Math.min(plan.timeoutMs ?? Number.POSITIVE_INFINITY, longestMs[plan.request.stream === true ? 'stream' : 'plain']),
    pauseMs: plan.pauseMs,
    text: '',
    receipts,
    openAttempts: 0,
    leases: { taken: 0, returned: 0 },
  }
  countLeases(opened, view.leases)
  const leave = (): void => {
    if (view.ended !== undefined || plan.leaves === undefined) return
    view.left = { how: plan.leaves.how, atMs: world.now() }
    transcript.note(world.now(), `client ${plan.client} leaves by ${plan.leaves.how}`)
    if (plan.leaves.how === 'signal') controller.abort()
    if (plan.leaves.how === 'cancel' || !view.stream) opened.cancel()
  }
  return { opened, view, leave, settled }
}

/** Lives one caller's life: opens a call, reads what comes, perhaps leaves, and writes down what it saw. */
export async function runClient(plan: PlannedClient, place: ClientWorld, onOpen: (view: ClientView) => void): Promise<void> {
  const { world, transcript, engine } = place
  transcript.note(world.now(), `client ${plan.client} asks for ${plan.request.stream === true ? 'a stream' : 'an answer'}`)
  const { opened, view, leave, settled } = open(plan, place)
  onOpen(view)
  const cancelLeaving = plan.leaves === undefined ? undefined : world.schedule(plan.leaves.afterMs, leave)
  try {
    await read(await opened.run(engine.handler), view, { world, settled })
    if (view.left === undefined) view.ended = 'complete'
  } catch (error) {
    view.ended = 'error'
    view.error = error
  }
  cancelLeaving?.()
  view.endedAtMs = world.now()
  const told = view.ended === 'error' ? describe(view.error) : (view.ended ?? 'nothing more')
  transcript.note(world.now(), `client ${plan.client} got ${told}, text ${view.text.length}`)
}
