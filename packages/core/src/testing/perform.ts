import type { TransportAnswer, TransportExchange } from '../transport/transport.ts'
import { TransportError } from '../transport/transport-error.ts'
import { type BytePipe, createBytePipe } from './byte-pipe.ts'
import type { Performance, Step } from './performance.ts'
import type { UpstreamCall } from './upstream-ledger.ts'
import type { VirtualWorld } from './virtual-world.ts'

/** A released body that does not end by itself is closed after this long, as the Node transport does it. */
const releaseMs = 1_000
const brokenBy = { connect: 'The connection was refused.', reset: 'The connection broke.' } as const

/** Where an upstream performs. */
export interface Stage {
  readonly world: VirtualWorld
  readonly call: UpstreamCall
  /** Told of everything that happens. */
  readonly onStep: (what: string) => void
}

interface Answering {
  readonly answer: Promise<TransportAnswer>
  readonly resolve: (answer: TransportAnswer) => void
  readonly reject: (reason: unknown) => void
}

function createAnswering(): Answering {
  let settle: Pick<Answering, 'resolve' | 'reject'> | undefined
  const answer = new Promise<TransportAnswer>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // Whoever aborts before the headers may not be waiting for them any more.
  answer.catch(() => undefined)
  return { answer, resolve: (value) => settle?.resolve(value), reject: (reason) => settle?.reject(reason) }
}

function speak(call: UpstreamCall, nowMs: number): void {
  call.quietMs = Math.max(call.quietMs, nowMs - call.spokeAtMs)
  call.spokeAtMs = nowMs
}

function record(call: UpstreamCall, step: Extract<Step, { type: 'bytes' }>, nowMs: number): void {
  const { said } = step
  if (said === undefined) return
  speak(call, nowMs)
  call.text += said.text ?? ''
  if (said.text !== undefined) call.tokens++
  call.usage = said.usage ?? call.usage
  call.finished ||= said.finishes === true
}

/** Ends a call in the books, once. */
function endCall({ world, call, onStep }: Stage, ended: 'whole' | 'broken' | 'aborted'): void {
  if (call.ended !== undefined) return
  call.ended = ended
  call.endedAtMs = world.now()
  speak(call, world.now())
  onStep(ended)
}

function take(step: Step, stage: Stage, line: { readonly answering: Answering; readonly pipe: BytePipe }): void {
  const { answering, pipe } = line
  switch (step.type) {
    case 'headers':
      stage.call.status = step.status
      stage.onStep(`headers ${step.status}`)
      answering.resolve({ status: step.status, headers: step.headers, body: pipe.source })
      return
    case 'bytes':
      record(stage.call, step, stage.world.now())
      stage.onStep(`bytes ${step.bytes.length}`)
      pipe.write(step.bytes)
      return
    case 'end':
      pipe.end()
      endCall(stage, 'whole')
      return
    case 'break': {
      const error = new TransportError(step.fault, brokenBy[step.fault])
      answering.reject(error)
      pipe.break(error)
      endCall(stage, 'broken')
    }
  }
}

/** Performs the steps one after the other, each at its time; an abort stops the rest. */
export function perform(steps: Performance, stage: Stage): TransportExchange {
  const { world, call } = stage
  const startedAtMs = world.now()
  const answering = createAnswering()
  let cancelNext: (() => void) | undefined
  const stop = (): void => {
    cancelNext?.()
    endCall(stage, 'aborted')
  }
  const pipe = createBytePipe(() => {
    if (call.ended !== undefined) return
    call.releasedAtMs = world.now()
    world.schedule(releaseMs, stop)
  })
  const follow = (from: number): void => {
    const first = steps[from]
    if (first === undefined) return
    cancelNext = world.schedule(startedAtMs + first.afterMs - world.now(), () => {
      let at = from
      // What falls into the same instant arrives as one.
      for (let step = steps[at]; step !== undefined && step.afterMs <= first.afterMs; step = steps[++at])
        take(step, stage, { answering, pipe })
      if (call.ended === undefined) follow(at)
    })
  }
  follow(0)
  return {
    answer: answering.answer,
    abort: (reason) => {
      answering.reject(reason)
      pipe.abort(reason)
      stop()
    },
  }
}
