import type { FromRecorder } from '@proxyapi/logging/node'
import { createAnnouncer, type Gateway, type GatewayDeps } from '@proxyapi/server'
import { createForwarder, type Listening, listen } from '@proxyapi/server/node'
import { secretsOf } from '../config/secrets-of.ts'
import { createObservation, type Observation } from '../observation/create-observation.ts'
import type { CliContext } from '../process.ts'
import { buildGateway } from '../state/build-gateway.ts'
import { type Channel, createChannel } from './channel.ts'
import { createReceivedConfig, type ReceivedConfig } from './received-config.ts'
import { createRemoteLimits } from './remote-limits.ts'
import { createRemoteRecorder, type RemoteRecorder } from './remote-recorder.ts'
import { createWorkerAnnouncements, type WorkerAnnouncements } from './worker-announcements.ts'
import type { GoodReading, WorkerFailure, WorkerStart } from './worker-start.ts'

/** What a worker is made of once it is up. */
interface Running {
  readonly gateway: Gateway
  readonly listening: Listening
  readonly observation: Observation
  readonly config: ReceivedConfig
}

/** A value that comes later. */
interface Later<Value> {
  readonly value: Promise<Value>
  readonly set: (value: Value) => void
}

function createLater<Value>(): Later<Value> {
  let set: (value: Value) => void = () => undefined
  const value = new Promise<Value>((resolve) => {
    set = resolve
  })
  return { value, set }
}

/** What the primary asks. It may ask before the worker is up: the answer waits until it is. */
function createQuestions(running: Promise<Running>) {
  return {
    standing: async () => (await running).gateway.share.standing(),
    series: async () => (await running).gateway.share.answer('metrics.series', undefined),
    feature: async ({ question, argument }: { readonly question: string; readonly argument: unknown }) =>
      (await running).gateway.share.answer(question, argument),
    flush: async () => (await running).observation.given.recorder?.flush(),
    'take-in': async (reading: GoodReading) => {
      const { gateway, observation, config } = await running
      observation.addSecrets(secretsOf(reading.config))
      config.receive(reading)
      const result = await gateway.reload('instance')
      if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join('; '))
    },
  }
}

/** The parts that a worker has over its primary. */
interface Links {
  readonly channel: Channel
  readonly announcements: WorkerAnnouncements
  readonly recorder: RemoteRecorder['recorder']
}

/** What the primary has in the worker's stead, or for all of them. */
function ofPrimary({ channel, announcements }: Links): GatewayDeps {
  const told = { onAlert: undefined, onExperiment: undefined, onReload: undefined, onReloadElsewhere: undefined }
  return {
    ...told,
    loadTestStore: undefined,
    recordingStore: undefined,
    announcer: createAnnouncer(announcements.channel),
    tellEvent: (event) => channel.tell('event', event),
    // Budgets that are nearly spent are told by who counts them.
    limits: { stores: createRemoteLimits(() => channel) },
  }
}

async function startWorker(start: WorkerStart, links: Links, context: CliContext): Promise<Running> {
  const { folder, secret, host, port, control } = start
  const received = createReceivedConfig(start)
  const { config } = received.latest()
  const observation = await createObservation(config, folder, { ...context, given: { secret, recorder: links.recorder } })
  const gateway = await buildGateway(config, { folder, source: received.source, observation, context }, ofPrimary(links))
  const { headers_timeout_seconds: headers, body_timeout_seconds: body } = config.server
  const timeouts = { headersTimeoutMs: headers * 1000, bodyTimeoutMs: body * 1000 }
  const listening = await listen(gateway, { host, port, ...timeouts, forward: createForwarder(control) })
  gateway.start()
  return { gateway, listening, observation, config: received }
}

function toFailure(error: unknown): WorkerFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  return { message: error instanceof Error ? error.message : String(error), code }
}

/** The way to the primary that has started this process. */
export interface PrimaryLink {
  readonly post: (message: unknown) => void
  readonly onMessage: (callback: (message: unknown) => void) => void
}

type End = (running: Running) => Promise<void>

function openChannel(primary: PrimaryLink, running: Promise<Running>) {
  const end = createLater<End>()
  const announcements = createWorkerAnnouncements((text) => channel.tell('announce', text))
  let onRecord: RemoteRecorder['onMessage'] = () => undefined
  const channel = createChannel(primary.post, {
    questions: createQuestions(running),
    topics: {
      recorder: (message: FromRecorder) => onRecord(message),
      announce: announcements.onText,
      retire: (graceMs: number) => end.set(({ listening }) => listening.retire(graceMs)),
      stop: (graceMs: number) => end.set(({ listening }) => listening.stop(graceMs)),
    },
  })
  primary.onMessage(channel.receive)
  const openRecorder = (secret: string): Links['recorder'] => {
    const { recorder, onMessage } = createRemoteRecorder(secret, () => channel)
    onRecord = onMessage
    return recorder
  }
  return { channel, announcements, openRecorder, end: end.value }
}

/** Answers requests for a primary until it says otherwise, or ends. Returns the exit code. */
export async function runWorker(context: CliContext, primary: PrimaryLink): Promise<number> {
  // The primary hears them too, and says what is to be done.
  context.onStop(() => undefined)
  context.onHangup(() => undefined)
  context.onRestart?.(() => undefined)
  const running = createLater<Running>()
  const { channel, announcements, openRecorder, end } = openChannel(primary, running.value)
  try {
    const start = await channel.ask<WorkerStart>('start')
    const up = await startWorker(start, { channel, announcements, recorder: openRecorder(start.secret) }, context)
    running.set(up)
    channel.tell('ready', { host: up.listening.host, port: up.listening.port })
    const finish = await end
    await finish(up)
    await up.observation.close()
    channel.tell('series', await up.gateway.share.answer('metrics.series', undefined))
    return 0
  } catch (error) {
    channel.tell('failed', toFailure(error))
    return 1
  }
}
