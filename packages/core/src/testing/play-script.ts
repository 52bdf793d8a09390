import type { TransportAnswer, TransportExchange } from '../transport/transport.ts'
import { TransportError } from '../transport/transport-error.ts'
import { type BytePipe, createBytePipe } from './byte-pipe.ts'
import type { ResponseScript, ResponseStep } from './response-script.ts'
import type { UpstreamCall } from './upstream-ledger.ts'
import type { VirtualWorld } from './virtual-world.ts'

/** A released body that does not end by itself is closed after this time, as in the Node transport. */
const releaseMs = 1_000
const brokenBy = { connect: 'The connection was refused.', reset: 'The connection broke.' } as const

/** What the playback of one script needs. */
export interface PlaybackContext {
  readonly world: VirtualWorld
  readonly call: UpstreamCall
  /** Called once per action, with its description. */
  readonly onStep: (what: string) => void
}

interface PendingAnswer {
  readonly answer: Promise<TransportAnswer>
  readonly resolve: (answer: TransportAnswer) => void
  readonly reject: (reason: unknown) => void
}

function createPendingAnswer(): PendingAnswer {
  let settle: Pick<PendingAnswer, 'resolve' | 'reject'> | undefined
  const answer = new Promise<TransportAnswer>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // A caller that aborts before the headers may no longer await them.
  answer.catch(() => undefined)
  return { answer, resolve: (value) => settle?.resolve(value), reject: (reason) => settle?.reject(reason) }
}

function recordProgress(call: UpstreamCall, nowMs: number): void {
  call.longestSilenceMs = Math.max(call.longestSilenceMs, nowMs - call.lastProgressAtMs)
  call.lastProgressAtMs = nowMs
}

function recordBytes(call: UpstreamCall, step: Extract<ResponseStep, { type: 'bytes' }>, nowMs: number): void {
  const { meaning } = step
  if (meaning === undefined) return
  recordProgress(call, nowMs)
  call.text += meaning.text ?? ''
  if (meaning.text !== undefined) call.tokens++
  call.usage = meaning.usage ?? call.usage
  call.finished ||= meaning.finishes === true
}

/** Writes the end of a call into the ledger, once. */
function endCall({ world, call, onStep }: PlaybackContext, ended: 'whole' | 'broken' | 'aborted'): void {
  if (call.ended !== undefined) return
  call.ended = ended
  call.endedAtMs = world.now()
  recordProgress(call, world.now())
  onStep(ended)
}

function applyStep(
  step: ResponseStep,
  context: PlaybackContext,
  connection: { readonly pending: PendingAnswer; readonly pipe: BytePipe },
): void {
  const { pending, pipe } = connection
  switch (step.type) {
    case 'headers':
      context.call.status = step.status
      context.onStep(`headers ${step.status}`)
      pending.resolve({ status: step.status, headers: step.headers, body: pipe.source })
      return
    case 'bytes':
      recordBytes(context.call, step, context.world.now())
      context.onStep(`bytes ${step.bytes.length}`)
      pipe.write(step.bytes)
      return
    case 'end':
      pipe.end()
      endCall(context, 'whole')
      return
    case 'break': {
      const error = new TransportError(step.fault, brokenBy[step.fault])
      pending.reject(error)
      pipe.break(error)
      endCall(context, 'broken')
    }
  }
}

/** Plays the steps of a script in order, each at its time; an abort stops the rest. */
export function playScript(steps: ResponseScript, context: PlaybackContext): TransportExchange {
  const { world, call } = context
  const startedAtMs = world.now()
  const pending = createPendingAnswer()
  let cancelNext: (() => void) | undefined
  const stop = (): void => {
    cancelNext?.()
    endCall(context, 'aborted')
  }
  const pipe = createBytePipe(() => {
    if (call.ended !== undefined) return
    call.releasedAtMs = world.now()
    world.schedule(releaseMs, stop)
  })
  const scheduleFrom = (from: number): void => {
    const first = steps[from]
    if (first === undefined) return
    cancelNext = world.schedule(startedAtMs + first.afterMs - world.now(), () => {
      let at = from
      // Steps of the same instant arrive together.
      for (let step = steps[at]; step !== undefined && step.afterMs <= first.afterMs; step = steps[++at])
        applyStep(step, context, { pending, pipe })
      if (call.ended === undefined) scheduleFrom(at)
    })
  }
  scheduleFrom(0)
  return {
    answer: pending.answer,
    abort: (reason) => {
      pending.reject(reason)
      pipe.abort(reason)
      stop()
    },
  }
}
