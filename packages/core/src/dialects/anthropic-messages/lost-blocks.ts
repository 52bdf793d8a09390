import type { ForeignPiece } from '../../chat/request.ts'
import { isJsonObject, type JsonObject, type JsonValue, readObject } from '../../wire/json.ts'

/*
 * What a client's messages hold that no neutral form has: blocks of server tools, options of documents, citations of texts. A provider of this dialect gets them with
 * the client's own body; for another they are named as dropped. Types of blocks are the client's own words, so there are only so many.
 */

const userBlocks: ReadonlySet<unknown> = new Set(['text', 'image', 'document', 'search_result', 'tool_result'])
const assistantBlocks: ReadonlySet<unknown> = new Set(['text', 'tool_use', 'thinking', 'redacted_thinking'])
/** More names say no more. */
const maxPieces = 50
const maxNameCharacters = 64

function isMissing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

/** The options of a document. The title of a file is its name; that of a text has no place. */
function lostOptions(block: JsonObject): readonly string[] {
  const kind = readObject(block, 'source')?.['type']
  const isText = kind === 'text' || kind === 'content'
  const lost = readObject(block, 'citations')?.['enabled'] === true ? ['citations'] : []
  return [...lost, ...['context', ...(isText ? ['title'] : [])].filter((name) => !isMissing(block[name]))]
}

function lostIn(block: JsonObject, known: ReadonlySet<unknown>): readonly string[] {
  const type = block['type']
  if (!known.has(type)) return typeof type === 'string' ? [type.slice(0, maxNameCharacters)] : ['content']
  if (type === 'document') return lostOptions(block)
  return type === 'text' && !isMissing(block['citations']) ? ['citations'] : []
}

function blocksOf(content: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(content) ? content.filter(isJsonObject) : []
}

/** Blocks of a result that have no neutral form are written out as text: nothing of them is lost but options. */
function lostInResult(block: JsonObject): readonly string[] {
  const parts = block['type'] === 'tool_result' ? blocksOf(block['content']) : []
  return parts.filter((part) => userBlocks.has(part['type'])).flatMap((part) => lostIn(part, userBlocks))
}

function lostInMessage(message: JsonObject): readonly (readonly [name: string, block: JsonObject])[] {
  const known = message['role'] === 'assistant' ? assistantBlocks : userBlocks
  return blocksOf(message['content']).flatMap((block) => {
    const names = lostIn(block, known)
    return [...names, ...lostInResult(block)].map((name) => [name, block] as const)
  })
}

/** What is lost of a client's body where it is translated, each kind once. */
export function lostBlocks(body: JsonObject): readonly ForeignPiece[] {
  const found = new Map<string, ForeignPiece>()
  for (const message of blocksOf(body['messages'])) {
    for (const [name, value] of lostInMessage(message)) {
      if (found.size < maxPieces && !found.has(name)) found.set(name, { name, value })
    }
  }
  return [...found.values()]
}
