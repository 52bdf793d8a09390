import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message, ToolResultPart } from '../chat/message.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readObject } from '../wire/json.ts'
import { anthropicMessages } from './anthropic-messages/index.ts'
import { bedrockConverse } from './bedrock-converse/index.ts'
import { bedrockCapabilities } from './bedrock-converse/model-traits.ts'
import { claudeCapabilities } from './claude/capabilities.ts'
import { gemini } from './gemini/index.ts'
import { geminiCapabilities, vertexCapabilities } from './gemini/model-traits.ts'
import { encodeFor } from './shared/__fixtures__/chat-target.ts'

/*
 * Histories as agents send them: interrupted, shortened, with calls that nobody answered, results that nobody asked for, ids that come
 * again, blank texts and reasoning of other vendors. What is written keeps the rules by which each vendor refuses a history.
 */

/** A turn in one form for all vendors. */
interface Turn {
  readonly role: string
  readonly blocks: readonly { readonly kind: 'call' | 'result' | 'text' | 'other'; readonly id: string; readonly text: string }[]
}

interface Vendor {
  readonly write: (messages: readonly Message[]) => JsonObject
  readonly turnsOf: (body: JsonObject) => readonly Turn[]
  /** Calls and results are matched by ids, which must differ. */
  readonly hasIds: boolean
}

function objects(list: readonly JsonValue[] | undefined): readonly JsonObject[] {
  return (list ?? []).filter(isJsonObject)
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function fromAnthropic(body: JsonObject): readonly Turn[] {
  return objects(readArray(body, 'messages')).map(({ role, content }) => ({
    role: textOf(role),
    blocks: (typeof content === 'string' ? [{ type: 'text', text: content }] : objects(Array.isArray(content) ? content : [])).map(
      (block) => ({
        kind:
          block['type'] === 'tool_use' ? 'call' : block['type'] === 'tool_result' ? 'result' : block['type'] === 'text' ? 'text' : 'other',
        id: textOf(block['id']) || textOf(block['tool_use_id']),
        text: textOf(block['text']),
      }),
    ),
  }))
}

function fromBedrock(body: JsonObject): readonly Turn[] {
  return objects(readArray(body, 'messages')).map((message) => ({
    role: textOf(message['role']),
    blocks: objects(readArray(message, 'content')).map((block) => {
      const call = readObject(block, 'toolUse')
      const result = readObject(block, 'toolResult')
      return {
        kind: call !== undefined ? 'call' : result !== undefined ? 'result' : block['text'] !== undefined ? 'text' : 'other',
        id: textOf(call?.['toolUseId'] ?? result?.['toolUseId']),
        text: textOf(block['text']),
      }
    }),
  }))
}

function fromGemini(body: JsonObject): readonly Turn[] {
  return objects(readArray(body, 'contents')).map((content) => ({
    role: content['role'] === 'model' ? 'assistant' : textOf(content['role']),
    blocks: objects(readArray(content, 'parts')).map((part) => {
      const call = readObject(part, 'functionCall')
      const result = readObject(part, 'functionResponse')
      return {
        kind: call !== undefined ? 'call' : result !== undefined ? 'result' : part['text'] !== undefined ? 'text' : 'other',
        id: textOf(call?.['name'] ?? result?.['name']),
        text: textOf(part['text']),
      }
    }),
  }))
}

const vendors: Readonly<Record<string, Vendor>> = {
  anthropic: {
    write: (messages) => encodeFor(anthropicMessages, 'claude-sonnet-4-5', claudeCapabilities('claude-sonnet-4-5'))({ messages }).body,
    turnsOf: fromAnthropic,
    hasIds: true,
  },
  bedrock: {
    write: (messages) =>
      encodeFor(bedrockConverse, 'anthropic.claude-sonnet-4-5', bedrockCapabilities('anthropic.claude-sonnet-4-5'))({ messages }).body,
    turnsOf: fromBedrock,
    hasIds: true,
  },
  gemini: {
    write: (messages) => encodeFor(gemini, 'gemini-2.5-flash', geminiCapabilities('gemini-2.5-flash'))({ messages }).body,
    turnsOf: fromGemini,
    hasIds: false,
  },
  vertex: {
    write: (messages) => encodeFor(gemini, 'gemini-3-pro', vertexCapabilities('gemini-3-pro'))({ messages }).body,
    turnsOf: fromGemini,
    hasIds: false,
  },
}

const id = fc.constantFrom('a', 'call.1', 'functions.f:0', '', 'x'.repeat(70))
const text = fc.constantFrom('Hi', ' ', '', '\n\n', 'so ')
const image: ToolResultPart = { type: 'image', source: { type: 'base64', mediaType: 'image/jpg', data: 'AAAA' } }
const message: fc.Arbitrary<Message> = fc.oneof(
  text.map((content): Message => ({ role: 'user', content })),
  text.map((content): Message => ({ role: 'user', content: [{ type: 'text', text: content }, image] })),
  text.map((content): Message => ({ role: 'system', content })),
  fc.tuple(text, fc.array(id, { maxLength: 2 })).map(
    ([content, ids]): Message => ({
      role: 'assistant',
      content,
      reasoning: [{ origin: 'ollama', text: 'Hm.', signature: 'S' }],
      toolCalls: ids.map((one) => ({ id: one, name: 'f', argumentsText: '{"a":1}' })),
    }),
  ),
  fc.tuple(id, text).map(([toolCallId, content]): Message => ({ role: 'tool', toolCallId, content })),
  fc
    .tuple(id, text)
    .map(([toolCallId, content]): Message => ({ role: 'tool', toolCallId, content: [{ type: 'text', text: content }, image] })),
)
const history = fc.array(message, { maxLength: 10 }).map((messages): readonly Message[] => [{ role: 'user', content: 'Hi' }, ...messages])

const kindsOf = (turn: Turn | undefined, kind: Turn['blocks'][number]['kind']): readonly string[] =>
  (turn?.blocks ?? []).flatMap((block) => (block.kind === kind ? [block.id] : []))

describe.each(Object.entries(vendors))('a history for %s', (_name, { write, turnsOf, hasIds }) => {
  const check = (messages: readonly Message[]): void => {
    const turns = turnsOf(write(messages))
    expect(turns.length).toBeGreaterThan(0)
    turns.forEach((turn, index) => {
      expect(turn.role).not.toBe(turns[index - 1]?.role)
      expect(turn.blocks.length).toBeGreaterThan(0)
      // Each call has one result in the next turn, and each result a call in the turn before.
      const next = turns[index + 1]
      if (next !== undefined || turn.role === 'user') expect([...kindsOf(next, 'result')].sort()).toEqual([...kindsOf(turn, 'call')].sort())
      if (turn.role === 'user' && hasIds) {
        const kinds = turn.blocks.map(({ kind }) => kind)
        expect(kinds.lastIndexOf('result')).toBe(kinds.filter((kind) => kind === 'result').length - 1)
      }
    })
    const ids = turns.flatMap((turn) => kindsOf(turn, 'call'))
    if (hasIds) {
      expect(new Set(ids).size).toBe(ids.length)
      for (const one of ids) expect(one).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
      for (const block of turns.flatMap(({ blocks }) => blocks)) if (block.kind === 'text') expect(block.text.trim()).not.toBe('')
      const last = turns.at(-1)
      if (last?.role === 'assistant') expect(last.blocks.at(-1)?.text ?? '').toBe((last.blocks.at(-1)?.text ?? '').trimEnd())
    }
  }

  it('keeps the vendor’s rules, whatever an agent sends', () => {
    fc.assert(fc.property(history, check), { numRuns: 60 })
  })
})
