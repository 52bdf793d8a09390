import { createMasker } from '@proxyapi/logging'
import { allow, type Guardrail, type GuardrailInput, type GuardrailVerdict } from '../guardrail.ts'
import type { CommonOptions, GuardrailAction } from './span-guardrail.ts'
import { createTurns } from './turns.ts'

/*
 * The same patterns as hide secrets in logs. They are judged line by line, but for private keys, whose lines belong together: so a streamed answer
 * waits for the end of its line and no longer.
 */

/** A line is cut here, and a key in PEM is no longer. */
const longestPiece = 16_384
const keyBegin = '-----BEGIN'
const keyEnd = /-----END[A-Z ]{1,40}-----/

/** From which character on a text has to wait: for the end of its line, or of the key that began. */
export function holdSecrets(text: string): number {
  const begin = text.lastIndexOf(keyBegin)
  if (begin !== -1 && text.length - begin < longestPiece && !keyEnd.test(text.slice(begin))) return text.lastIndexOf('\n', begin) + 1
  const cut = text.lastIndexOf('\n') + 1
  return text.length - cut > longestPiece ? text.length : cut
}

/** A line in pieces that end between words where they can. */
function cutLine(line: string): readonly string[] {
  if (line.length <= longestPiece) return [line]
  const pieces: string[] = []
  let start = 0
  while (start < line.length) {
    const slice = line.slice(start, start + longestPiece)
    const space = slice.lastIndexOf(' ')
    const length = slice.length < longestPiece || space <= 0 ? slice.length : space
    pieces.push(slice.slice(0, length))
    start += length
  }
  return pieces
}

/** The pieces that are judged by themselves, whether a text comes at once or in a stream. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  for (const line of text.split(/(?<=\n)/).flatMap(cutLine)) {
    piece += line
    const begin = piece.indexOf(keyBegin)
    if (begin !== -1 && piece.length - begin < longestPiece && !keyEnd.test(piece.slice(begin))) continue
    pieces.push(piece)
    piece = ''
  }
  return piece === '' ? pieces : [...pieces, piece]
}

export interface SecretsOptions extends CommonOptions {
  readonly action: GuardrailAction
}

/** Keys, tokens and passwords by the forms that vendors give them. What is hidden is not put back. */
export function secrets({ name, stages, scope, onFailure, action }: SecretsOptions): Guardrail {
  const { mask } = createMasker()
  const check = async (input: GuardrailInput): Promise<GuardrailVerdict> => {
    const { texts } = input
    const takeTurn = createTurns(input)
    const masked: string[] = []
    for (const { text } of texts) {
      let safe = ''
      for (const piece of piecesOf(text)) {
        await takeTurn(piece.length)
        safe += mask(piece)
      }
      masked.push(safe)
    }
    if (masked.every((text, index) => text === texts[index]?.text)) return allow
    return action === 'redact' ? { type: 'redact', kinds: ['secret'], texts: masked } : { type: action, kinds: ['secret'] }
  }
  const streaming = action === 'flag' ? ({ type: 'end' } as const) : ({ type: 'pieces', holdFrom: holdSecrets } as const)
  return { name, stages, scope, onFailure, streaming, check }
}
