import { type ChatChunk, type ChunkBatch, fromChunks, isProxyApiError, ProxyApiError, toChunks, type WholeAnswer } from '@proxyapi/core'
import { guardAnswer } from './guard-answer.ts'
import type { GuardedText, Guardrail } from './guardrail.ts'
import { mapJsonStrings, mapStrings } from './json-strings.ts'
import { type GuardedCall, judge } from './judge.ts'
import { createStreamChannel, type DeltaChunk, type StreamChannel } from './stream-channel.ts'

/** More of an answer than this is not collected to be judged as a whole. */
const mostCharacters = 8_388_608

interface StreamContext {
  readonly guarded: GuardedCall
  readonly inPieces: readonly Guardrail[]
  /** Those that judge at the end what the client has already got. */
  readonly atEnd: readonly Guardrail[]
  /** By choice, and within it by the text's place. */
  readonly channels: Map<number, Map<string, StreamChannel>>
  readonly openChoices: Set<number>
  /** What of the present batch may go on. */
  ready: ChatChunk[]
  characters: number
}

function keyOf(chunk: DeltaChunk): string {
  return chunk.type === 'reasoning-delta' || chunk.type === 'tool-call-delta' ? `${chunk.type} ${chunk.index}` : chunk.type
}

function textOf(chunk: DeltaChunk): string {
  return chunk.type === 'tool-call-delta' ? chunk.argumentsText : chunk.text
}

/** The same chunk with another text. Probabilities and proofs belong to the text that they came with. */
function withText(chunk: DeltaChunk, text: string): DeltaChunk {
  if (chunk.type === 'tool-call-delta') return { ...chunk, argumentsText: text }
  if (chunk.type === 'reasoning-delta') return { ...chunk, text }
  return chunk.type === 'text-delta' ? { type: chunk.type, choice: chunk.choice, text } : { ...chunk, text }
}

/** What was held back comes without what its last chunk brought besides text: that has gone out with it. */
function leftover({ latest }: StreamChannel, text: string): DeltaChunk {
  if (latest.type !== 'reasoning-delta') return withText(latest, text)
  const { type, choice, index, origin } = latest
  return { type, choice, index, origin, text }
}

function tooLong(): ProxyApiError {
  return new ProxyApiError({ code: 'guardrail_unavailable', message: 'The answer is longer than what guardrails judge as a whole.' })
}

/** Whether a chunk brings what proves the reasoning before it. */
function isProof(chunk: DeltaChunk): boolean {
  return chunk.type === 'reasoning-delta' && (chunk.signature !== undefined || chunk.encrypted !== undefined)
}

function channelOf(context: StreamContext, chunk: DeltaChunk): StreamChannel {
  const { channels, guarded, inPieces, atEnd } = context
  let ofChoice = channels.get(chunk.choice)
  if (ofChoice === undefined) {
    ofChoice = new Map()
    channels.set(chunk.choice, ofChoice)
  }
  const key = keyOf(chunk)
  const known = ofChoice.get(key)
  if (known !== undefined) return known
  const opened = createStreamChannel(chunk, { guarded, inPieces, isCollected: atEnd.length > 0 })
  ofChoice.set(key, opened)
  return opened
}

/** What a choice's texts hold back, but for those that go on. */
async function flush(context: StreamContext, choice: number, isKept: (channel: StreamChannel) => boolean): Promise<readonly ChatChunk[]> {
  const chunks: ChatChunk[] = []
  for (const channel of context.channels.get(choice)?.values() ?? []) {
    if (isKept(channel)) continue
    const text = await channel.flush()
    if (text !== '') chunks.push(leftover(channel, text))
  }
  return chunks
}

async function onDelta(context: StreamContext, chunk: DeltaChunk): Promise<readonly ChatChunk[]> {
  context.openChoices.add(chunk.choice)
  const given = textOf(chunk)
  // Providers send empty pieces at any time: they end nothing.
  if (given === '' && !isProof(chunk)) return [chunk]
  const channel = channelOf(context, chunk)
  channel.latest = chunk
  // Arguments of several calls may come by turns.
  const before = await flush(context, chunk.choice, (other) => other === channel || (channel.isJson && other.isJson))
  context.characters += given.length
  if (context.atEnd.length > 0 && context.characters > mostCharacters) throw tooLong()
  // A chunk without text brings a proof of the text before it.
  const text = given === '' ? await channel.flush() : await channel.push(given)
  if (given === '') return text === '' ? [...before, chunk] : [...before, leftover(channel, text), chunk]
  if (text === given) return [...before, chunk]
  return text === '' && !isProof(chunk) ? before : [...before, withText(chunk, text)]
}

function collectedTexts(context: StreamContext, choice: number): readonly GuardedText[] {
  const texts: GuardedText[] = []
  for (const channel of context.channels.get(choice)?.values() ?? []) {
    const add = (text: string): string => {
      texts.push({ text, role: 'assistant', part: channel.part })
      return text
    }
    if (channel.isJson) mapJsonStrings(channel.judged(), add)
    else add(channel.judged())
  }
  return texts
}

async function onFinish(context: StreamContext, chunk: Extract<ChatChunk, { readonly type: 'finish' }>): Promise<readonly ChatChunk[]> {
  const rest = await flush(context, chunk.choice, () => false)
  for (const guardrail of context.atEnd) {
    await judge(context.guarded, guardrail, { stage: 'output', texts: collectedTexts(context, chunk.choice) })
  }
  context.openChoices.delete(chunk.choice)
  return [...rest, chunk]
}

/** What stands for a chunk once the guardrails have seen it. */
async function onChunk(context: StreamContext, chunk: ChatChunk): Promise<readonly ChatChunk[]> {
  switch (chunk.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
    case 'tool-call-delta':
      return onDelta(context, chunk)
    case 'tool-call-start':
      context.openChoices.add(chunk.choice)
      return [...(await flush(context, chunk.choice, () => false)), chunk]
    case 'finish':
      return onFinish(context, chunk)
    case 'annotations': {
      const annotations = mapStrings(chunk.annotations, (text) => context.guarded.placeholders.restore(text))
      return [annotations === chunk.annotations ? chunk : { ...chunk, annotations }]
    }
    case 'start':
    case 'usage':
    case 'error':
      return [chunk]
  }
}

/** A batch as it may go on; `undefined` when nothing of it does yet. It is written anew: who reads half of the provider's bytes can't go on from there. */
async function onBatch(context: StreamContext, batch: ChunkBatch): Promise<ChunkBatch | undefined> {
  context.ready = []
  for (const chunk of batch.chunks) for (const out of await onChunk(context, chunk)) context.ready.push(out)
  return context.ready.length === 0 ? undefined : { chunks: context.ready }
}

/** An honest end of a blocked answer: what came before goes out, and each open choice ends as filtered, before the error. */
function filteredEnd({ ready, openChoices }: StreamContext): ChunkBatch {
  const finish = { reason: 'content_filter', native: 'guardrail' } as const
  return { chunks: [...ready, ...[...openChoices].map((choice) => ({ type: 'finish', choice, finish }) as const)] }
}

/** A streamed answer past guardrails that judge it in pieces or at its end. */
async function* guardInPieces(context: StreamContext, batches: AsyncIterable<ChunkBatch>): AsyncGenerator<ChunkBatch> {
  try {
    for await (const batch of batches) {
      const out = await onBatch(context, batch)
      context.ready = []
      if (out !== undefined) yield out
    }
  } catch (error) {
    const isBlocked = isProxyApiError(error) && error.code === 'guardrail_violation'
    if (isBlocked) yield filteredEnd(context)
    throw error
  }
}

async function collect(batches: AsyncIterable<ChunkBatch>): Promise<readonly ChatChunk[]> {
  const chunks: ChatChunk[] = []
  let characters = 0
  for await (const batch of batches) {
    for (const chunk of batch.chunks) {
      if (chunk.type === 'error') throw chunk.error
      characters += 'text' in chunk ? chunk.text.length : 'argumentsText' in chunk ? chunk.argumentsText.length : 0
      chunks.push(chunk)
    }
    if (characters > mostCharacters) throw tooLong()
  }
  return chunks
}

/** A streamed answer that is judged whole, and told as a stream afterwards. */
async function* guardWhole(
  guarded: GuardedCall,
  guardrails: readonly Guardrail[],
  batches: AsyncIterable<ChunkBatch>,
): AsyncGenerator<ChunkBatch> {
  const response = fromChunks(await collect(batches))
  if (response === undefined)
    throw new ProxyApiError({ code: 'bad_upstream_response', message: 'The stream ended before the answer was whole.' })
  const whole: WholeAnswer = { type: 'whole', response }
  yield* toChunks((await guardAnswer(guarded, guardrails, whole)).response)
}

/** A streamed answer as the client may have it. A guardrail that blocks ends it with an error. */
export function guardStream(
  guarded: GuardedCall,
  guardrails: readonly Guardrail[],
  batches: AsyncIterable<ChunkBatch>,
): AsyncIterable<ChunkBatch> {
  const isWhole = guardrails.some(({ streaming }) => streaming === undefined || streaming.type === 'whole')
  if (isWhole) return guardWhole(guarded, guardrails, batches)
  const context: StreamContext = {
    guarded,
    inPieces: guardrails.filter(({ streaming }) => streaming?.type === 'pieces'),
    atEnd: guardrails.filter(({ streaming }) => streaming?.type === 'end'),
    channels: new Map(),
    openChoices: new Set(),
    ready: [],
    characters: 0,
  }
  return guardInPieces(context, batches)
}
