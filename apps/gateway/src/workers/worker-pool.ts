import { systemDeps } from '@proxyapi/core'
import { createWorkerSeries, type Logger, type MetricsSeries } from '@proxyapi/logging'
import type { Standing, Workers } from '@proxyapi/server'
import { type Channel, type ChannelHandlers, createChannel } from './channel.ts'
import type { ForkWorker, WorkerProcess } from './worker-process.ts'
import { type GoodReading, type WorkerAddress, type WorkerFailure, type WorkerStart, WorkerStartError } from './worker-start.ts'

/** What the primary does for one worker. */
export interface WorkerService extends ChannelHandlers {
  /** The worker has ended: what it held is given back. */
  readonly onEnded: () => void
}

export interface WorkerPoolOptions {
  readonly fork: ForkWorker
  readonly logger: Logger
  /** What a worker starts with now. */
  readonly startOf: () => WorkerStart
  readonly serve: (channel: () => Channel) => WorkerService
  /** How long workers may finish what is under way. */
  readonly graceMs: number
}

/** The workers of a primary. */
export interface WorkerPool extends Workers {
  /** Starts so many, and resolves when all take requests. @throws WorkerStartError when one can't */
  readonly start: (count: number) => Promise<WorkerAddress>
  /** Replaces them one after the other, each when the next one takes requests. @throws WorkerStartError when a new one can't; the others stay */
  readonly restart: () => Promise<void>
  /** Has all of them write what they hold. */
  readonly flush: () => Promise<void>
  /** Tells something to all of them but the one that said it. */
  readonly tellOthers: (topic: string, value: unknown, from?: Channel) => void
  /** Lets them finish, and resolves when all have ended. */
  readonly stop: () => Promise<void>
}

interface PoolWorker {
  readonly id: number
  readonly process: WorkerProcess
  readonly channel: Channel
  readonly startedAtMs: number
  readonly ended: Promise<void>
  /** Started beside one that goes on if this one can't start. */
  readonly isSpare: boolean
  /** Whether it has been told what to start with. */
  isTold: boolean
  state: 'starting' | 'ready' | 'retiring'
  standing: Standing | undefined
}

const firstReplacementMs = 100
const longestReplacementMs = 30_000
/** Who has run so long has started well: the next one that ends is replaced at once. */
const stableMs = 10_000
const startWithinMs = 60_000
const answerWithinMs = 2_000
const takeInWithinMs = 30_000
const lookEveryMs = 1_000
/** Who has not ended so long after its time was over is ended. */
const killAfterMs = 5_000

type PoolDeps = Pick<typeof systemDeps, 'now' | 'setTimer'>

/** How long until an ended worker is replaced: the longer, the more have ended soon after their start. */
export function replacementMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(longestReplacementMs, firstReplacementMs * 2 ** (failures - 1))
}

class Pool implements WorkerPool {
  private readonly options: WorkerPoolOptions
  private readonly deps: PoolDeps
  private readonly workers = new Set<PoolWorker>()
  private readonly measured = createWorkerSeries()
  private lastId = 0
  private failures = 0
  private isStopping = false
  private hasStarted = false
  private restarting: Promise<void> | undefined
  private cancelLook: () => void = () => undefined

  constructor(options: WorkerPoolOptions, deps: PoolDeps) {
    this.options = options
    this.deps = deps
  }

  readonly start = async (count: number): Promise<WorkerAddress> => {
    const [address] = await Promise.all(Array.from({ length: count }, () => this.spawn({ isSpare: false })))
    this.hasStarted = true
    this.look()
    if (address === undefined) throw new WorkerStartError({ message: 'No worker was asked for.' })
    return address
  }

  readonly count = (): number => this.inState('ready').length

  readonly standings = (): readonly Standing[] => [...this.workers].flatMap(({ standing }) => standing ?? [])

  readonly refresh = async (): Promise<void> => {
    await this.each(async (worker) => {
      worker.standing = await worker.channel.ask<Standing>('standing', undefined, { withinMs: answerWithinMs })
    })
  }

  readonly series = async (): Promise<MetricsSeries> => {
    await this.each(async ({ id, channel }) => {
      this.measured.update(id, await channel.ask<MetricsSeries>('series', undefined, { withinMs: answerWithinMs }))
    })
    return this.measured.series()
  }

  readonly ask = async <Answer>(
    question: string,
    argument?: unknown,
    { withinMs = answerWithinMs }: { readonly withinMs?: number | undefined } = {},
  ): Promise<readonly Answer[]> => {
    const answers: Answer[] = []
    await this.each(async ({ channel }) => {
      answers.push(await channel.ask<Answer>('feature', { question, argument }, { withinMs }))
    })
    return answers
  }

  readonly flush = (): Promise<void> => this.each(({ channel }) => channel.ask('flush', undefined, { withinMs: answerWithinMs }))

  readonly tellOthers = (topic: string, value: unknown, from?: Channel): void => {
    for (const { channel } of this.workers) if (channel !== from) channel.tell(topic, value)
  }

  readonly takeIn = async (reading: GoodReading): Promise<void> => {
    const told = [...this.workers].filter(({ isTold }) => isTold)
    await Promise.all(
      told.map(async (worker) => {
        try {
          await worker.channel.ask('take-in', reading, { withinMs: takeInWithinMs })
        } catch (error) {
          if (this.workers.has(worker)) await this.replace(worker, error)
        }
      }),
    )
  }

  readonly restart = (): Promise<void> => {
    this.restarting ??= this.roll().finally(() => {
      this.restarting = undefined
    })
    return this.restarting
  }

  readonly stop = async (): Promise<void> => {
    this.isStopping = true
    this.cancelLook()
    const all = [...this.workers]
    for (const { channel } of all) channel.tell('stop', this.options.graceMs)
    const cancelKill = this.deps.setTimer(() => {
      for (const { process } of this.workers) process.kill('SIGKILL')
    }, this.options.graceMs + killAfterMs)
    await Promise.all(all.map(({ ended }) => ended))
    cancelKill()
  }

  private inState(state: PoolWorker['state']): readonly PoolWorker[] {
    return [...this.workers].filter((worker) => worker.state === state)
  }

  /** Does something with each worker that answers. One that ends meanwhile, or is late, is left out. */
  private async each(work: (worker: PoolWorker) => Promise<unknown>): Promise<void> {
    await Promise.allSettled([...this.workers].filter(({ state }) => state !== 'starting').map(work))
  }

  /** Looks at the workers each second: alerts judge by what was seen, and what a worker has counted stays when it is killed. */
  private look(): void {
    this.cancelLook = this.deps.setTimer(() => {
      void Promise.allSettled([this.refresh(), this.series()]).then(() => {
        if (!this.isStopping) this.look()
      })
    }, lookEveryMs)
  }

  /** Starts one, and resolves when it takes requests. */
  private spawn({ isSpare }: Pick<PoolWorker, 'isSpare'>): Promise<WorkerAddress> {
    return new Promise((resolve, reject) => {
      let onEnded: () => void = () => undefined
      const ended = new Promise<void>((done) => {
        onEnded = done
      })
      let failure: WorkerFailure = { message: 'A worker has ended before it took requests.' }
      const { questions, topics, onEnded: release } = this.options.serve(() => channel)
      const channel = createChannel((message) => worker.process.post(message), {
        questions: {
          ...questions,
          start: () => {
            worker.isTold = true
            return this.options.startOf()
          },
        },
        topics: {
          ...topics,
          ready: (address: WorkerAddress) => {
            cancelLate()
            worker.state = 'ready'
            resolve(address)
          },
          failed: (why: WorkerFailure) => {
            failure = why
          },
          series: (series: MetricsSeries) => this.measured.update(worker.id, series),
        },
      })
      const process = this.options.fork({
        onMessage: channel.receive,
        onExit: (code, signal) => {
          cancelLate()
          this.workers.delete(worker)
          channel.close()
          release()
          this.measured.retire(worker.id)
          onEnded()
          reject(new WorkerStartError(failure))
          this.onExit(worker, { code, signal })
        },
      })
      const worker: PoolWorker = {
        ...{ id: ++this.lastId, process, channel, ended, isSpare, startedAtMs: this.deps.now() },
        ...{ isTold: false, state: 'starting', standing: undefined },
      }
      this.workers.add(worker)
      const cancelLate = this.deps.setTimer(() => process.kill('SIGKILL'), startWithinMs)
    })
  }

  private onExit(
    { process: { pid }, state, isSpare, startedAtMs }: PoolWorker,
    end: { readonly code: number | null; readonly signal: string | null },
  ) {
    const { logger } = this.options
    if (this.isStopping || state === 'retiring' || !this.hasStarted || (isSpare && state === 'starting')) return
    this.failures = this.deps.now() - startedAtMs >= stableMs ? 0 : this.failures + 1
    const inMs = replacementMs(this.failures)
    logger.error('A worker has ended and is replaced', { pid, ...end, replaced_in_ms: inMs })
    this.deps.setTimer(() => {
      if (this.isStopping) return
      // What keeps it from starting is told when it ends.
      this.spawn({ isSpare: false }).then(
        () => logger.info('A worker was started in the place of one that had ended', {}),
        (error: unknown) =>
          logger.error('A worker could not be started', { error: error instanceof Error ? error.message : String(error) }),
      )
    }, inMs)
  }

  private retire(worker: PoolWorker): void {
    if (worker.state === 'retiring' || !this.workers.has(worker)) return
    worker.state = 'retiring'
    worker.channel.tell('retire', this.options.graceMs)
  }

  /** A worker that can't take a configuration in is worth less than one that starts with it. */
  private async replace(worker: PoolWorker, error: unknown): Promise<void> {
    this.options.logger.error('A worker could not take the configuration in and is replaced', {
      pid: worker.process.pid,
      error: error instanceof Error ? error.message : String(error),
    })
    await this.spawn({ isSpare: true })
    this.retire(worker)
  }

  private async roll(): Promise<void> {
    const { logger } = this.options
    const old = [...this.workers].filter(({ state }) => state !== 'retiring')
    logger.info('Workers are replaced one after the other', { workers: old.length })
    for (const worker of old) {
      if (this.isStopping) return
      if (!this.workers.has(worker)) continue
      await this.spawn({ isSpare: true })
      this.retire(worker)
    }
    logger.info('Workers have been replaced', { workers: this.count() })
  }
}

/** Creates the workers of a primary. Starts none. */
export function createWorkerPool(options: WorkerPoolOptions, deps: PoolDeps = systemDeps): WorkerPool {
  return new Pool(options, deps)
}
