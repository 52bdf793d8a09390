import type { ChatChunk } from '@proxyapi/core'
import type { AnswerPart, GuardedText, Guardrail } from './guardrail.ts'
import { mapJsonStrings } from './json-strings.ts'
import { type GuardedCall, judge } from './judge.ts'
import { holdPlaceholder } from './placeholders.ts'

/** A chunk that brings a piece of a text. */
export type DeltaChunk = Extract<ChatChunk, { readonly type: 'text-delta' | 'refusal-delta' | 'reasoning-delta' | 'tool-call-delta' }>

/** One text of a streamed answer on its way past the guardrails: what of it is held back, and what was let go. */
export interface StreamChannel {
  /** The latest chunk of it: what is let go later is written like it. */
  latest: DeltaChunk
  readonly part: AnswerPart
  readonly isJson: boolean
  /** Takes a piece, and gives what may go on; '' for nothing yet. */
  readonly push: (piece: string) => Promise<string>
  /** The text has ended: gives what was held back. */
  readonly flush: () => Promise<string>
  /** All of it that has been judged in pieces, before anything was put back. */
  readonly judged: () => string
}

export interface ChannelOptions {
  readonly guarded: GuardedCall
  /** Those that judge in pieces. */
  readonly inPieces: readonly Guardrail[]
  /** Whether the whole text is wanted at its end. */
  readonly isCollected: boolean
}

const parts: Readonly<Record<DeltaChunk['type'], AnswerPart>> = {
  'text-delta': 'text',
  'refusal-delta': 'refusal',
  'reasoning-delta': 'reasoning',
  'tool-call-delta': 'arguments',
}

const beforeCharacters = 64
/** No guardrail may hold back more than this of a text: what is beyond is judged as it is. */
const mostHeld = 65_536

/** A guardrail's place in a channel: what it holds back, and what it has seen. */
interface Stage {
  readonly guardrail: Guardrail
  readonly part: AnswerPart
  held: string
  before: string
  characters: number
}

function cutOf({ guardrail: { streaming } }: Stage, text: string, isLast: boolean): number {
  if (isLast || streaming?.type !== 'pieces') return text.length
  const cut = streaming.holdFrom(text)
  return text.length - cut > mostHeld ? text.length : cut
}

async function passStage(
  guarded: GuardedCall,
  stage: Stage,
  { piece, isLast }: { readonly piece: string; readonly isLast: boolean },
): Promise<string> {
  const text = stage.held + piece
  const cut = cutOf(stage, text, isLast)
  stage.held = text.slice(cut)
  if (cut === 0) return ''
  const ready = text.slice(0, cut)
  const texts: readonly GuardedText[] = [{ text: ready, role: 'assistant', before: stage.before, part: stage.part }]
  const [judged] = await judge(guarded, stage.guardrail, { stage: 'output', texts, charactersBefore: stage.characters })
  stage.before = (stage.before + ready).slice(-beforeCharacters)
  stage.characters += ready.length
  return judged?.text ?? ready
}

/** The arguments of a call, whole: its strings are what is said. */
async function judgeJson({ guarded, inPieces }: ChannelOptions, json: string): Promise<string> {
  let text = json
  for (const guardrail of inPieces) {
    const texts: GuardedText[] = []
    mapJsonStrings(text, (one) => {
      texts.push({ text: one, role: 'assistant', part: 'arguments' })
      return one
    })
    const judged = await judge(guarded, guardrail, { stage: 'output', texts })
    let index = 0
    text = mapJsonStrings(text, (one) => judged[index++]?.text ?? one)
  }
  return text
}

/** Opens the channel of one text of a stream. */
export function createStreamChannel(first: DeltaChunk, options: ChannelOptions): StreamChannel {
  const { guarded, inPieces, isCollected } = options
  const part = parts[first.type]
  const isJson = part === 'arguments'
  const stages = inPieces.map((guardrail): Stage => ({ guardrail, part, held: '', before: '', characters: 0 }))
  const collected: string[] = []
  /** The arguments of a call wait for their end where somebody judges them: half a JSON text is no text. */
  let json = ''
  let unrestored = ''

  const judgeText = async (piece: string, isLast: boolean): Promise<string> => {
    if (!isJson || inPieces.length === 0) {
      let text = piece
      for (const stage of stages) text = await passStage(guarded, stage, { piece: text, isLast })
      return text
    }
    json += piece
    if (!isLast) return ''
    const whole = json
    json = ''
    return whole === '' ? '' : judgeJson(options, whole)
  }
  const pass = async (piece: string, isLast: boolean): Promise<string> => {
    const judged = await judgeText(piece, isLast)
    if (isCollected) collected.push(judged)
    const text = unrestored + judged
    const cut = isLast || guarded.placeholders.isEmpty() ? text.length : holdPlaceholder(text)
    unrestored = text.slice(cut)
    return guarded.placeholders.restore(text.slice(0, cut), isJson)
  }
  return {
    latest: first,
    part,
    isJson,
    push: (piece) => pass(piece, false),
    flush: () => pass('', true),
    judged: () => collected.join(''),
  }
}
