import type { ChatRequest, EmbeddingRequest, Message, ModerationRequest, RerankRequest, Tool } from '@proxyapi/core'
import type { TextRole } from './guardrail.ts'
import { mapJsonStrings, mapStrings } from './json-strings.ts'

/** Offers a text, and takes what is to stand in its place. */
export type MapText = (text: string, role: TextRole) => string

type Part = Exclude<Message['content'], string | undefined>[number]

const roles: Readonly<Record<Message['role'], TextRole>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
}

/** The same list when nothing in it changed, so that what did not change is the same object. */
function mapList<Item>(list: readonly Item[], map: (item: Item) => Item): readonly Item[] {
  const mapped = list.map(map)
  return mapped.some((item, index) => item !== list[index]) ? mapped : list
}

/** The fields of `change` over `value`; the same value when all of them are what they were. */
function withFields<Value extends object>(value: Value, change: Partial<Value>): Value {
  for (const name in change) if (change[name] !== value[name]) return { ...value, ...change }
  return value
}

/** An address of an image; a data URL is the image itself, which nobody can read here. */
function mapUrl(source: Exclude<Part, { readonly type: 'text' }>['source'], map: (text: string) => string): typeof source {
  return source.type === 'url' && !source.url.startsWith('data:') ? withFields(source, { url: map(source.url) }) : source
}

function mapPart(part: Part, map: (text: string) => string): Part {
  switch (part.type) {
    case 'text':
      return withFields(part, { text: map(part.text) })
    case 'image':
    case 'audio':
      return withFields(part, { source: mapUrl(part.source, map) })
    case 'file':
      return withFields(part, {
        source: mapUrl(part.source, map),
        ...(part.filename !== undefined && { filename: map(part.filename) }),
      })
  }
}

function mapContent<Content extends Message['content']>(content: Content, map: (text: string) => string): Content {
  if (content === undefined || typeof content === 'string') return (content === undefined ? content : map(content)) as Content
  return mapList(content as readonly Part[], (part) => mapPart(part, map)) as Content // parts of the kinds that were there
}

function mapMessage(message: Message, mapText: MapText): Message {
  const map = (text: string): string => mapText(text, roles[message.role])
  const content = mapContent(message.content, map)
  const mapped = content === message.content ? message : ({ ...message, content } as Message) // the content of the same role
  if (mapped.role !== 'assistant') return mapped
  return withFields(mapped, {
    ...(mapped.refusal !== undefined && { refusal: map(mapped.refusal) }),
    ...(mapped.reasoning !== undefined && {
      reasoning: mapList(mapped.reasoning, (block) => withFields(block, { text: map(block.text) })),
    }),
    ...(mapped.toolCalls !== undefined && {
      toolCalls: mapList(mapped.toolCalls, (call) => withFields(call, { argumentsText: mapJsonStrings(call.argumentsText, map) })),
    }),
  })
}

function mapTool(tool: Tool, map: (text: string) => string): Tool {
  if (tool.type === 'vendor') return withFields(tool, { definition: mapStrings(tool.definition, map) })
  return withFields(tool, {
    ...(tool.description !== undefined && { description: map(tool.description) }),
    ...(tool.parameters !== undefined && { parameters: mapStrings(tool.parameters, map) }),
  })
}

/** Texts that travel with a chat request beside its messages. */
function mapBeside(request: ChatRequest, map: (text: string) => string): Partial<ChatRequest> {
  const { tools, user, metadata, stop, responseFormat, promptCacheKey, extras } = request
  return {
    ...(tools !== undefined && { tools: mapList(tools, (tool) => mapTool(tool, map)) }),
    ...(user !== undefined && { user: map(user) }),
    ...(metadata !== undefined && { metadata: mapStrings(metadata, map) }),
    ...(stop !== undefined && { stop: mapList(stop, map) }),
    ...(responseFormat !== undefined && { responseFormat: mapStrings(responseFormat, map) }),
    ...(promptCacheKey !== undefined && { promptCacheKey: map(promptCacheKey) }),
    ...(extras !== undefined && {
      extras: withFields(extras, {
        fields: mapStrings(extras.fields, map),
        ...(extras.pieces !== undefined && { pieces: mapStrings(extras.pieces, map) }),
      }),
    }),
  }
}

function mapChat(request: ChatRequest, mapText: MapText): ChatRequest {
  const messages = mapList(request.messages, (message) => mapMessage(message, mapText))
  return withFields(request, { messages, ...mapBeside(request, (text) => mapText(text, 'other')) })
}

function mapEmbedding(request: EmbeddingRequest, mapText: MapText): EmbeddingRequest {
  const { input, user, extras } = request
  const map = (text: string): string => mapText(text, 'other')
  return withFields(request, {
    // Lists of token ids have no text.
    ...(typeof input[0] === 'string' && { input: mapList(input as readonly string[], (text) => mapText(text, 'user')) }),
    ...(user !== undefined && { user: map(user) }),
    ...(extras !== undefined && { extras: mapStrings(extras, map) }),
  })
}

function mapRerank(request: RerankRequest, mapText: MapText): RerankRequest {
  const { query, documents, user, extras } = request
  const map = (text: string): string => mapText(text, 'other')
  return withFields(request, {
    query: mapText(query, 'user'),
    documents: mapList(documents, (document) => mapStrings(document, map)),
    ...(user !== undefined && { user: map(user) }),
    ...(extras !== undefined && { extras: mapStrings(extras, map) }),
  })
}

function mapModeration(request: ModerationRequest, mapText: MapText): ModerationRequest {
  const { input, user, extras } = request
  const map = (text: string): string => mapText(text, 'other')
  return withFields(request, {
    input:
      input.type === 'texts'
        ? withFields(input, { texts: mapList(input.texts, (text) => mapText(text, 'user')) })
        : withFields(input, {
            parts: mapList(input.parts, (part) => (part.type === 'text' ? withFields(part, { text: mapText(part.text, 'user') }) : part)),
          }),
    ...(user !== undefined && { user: map(user) }),
    ...(extras !== undefined && { extras: mapStrings(extras, map) }),
  })
}

/** How the texts of each operation's requests are found. Requests of other operations are looked at as plain data. */
const mappers: Readonly<Record<string, (request: never, mapText: MapText) => object>> = {
  chat: mapChat,
  embeddings: mapEmbedding,
  rerank: mapRerank,
  moderations: mapModeration,
}

function mapAny(request: object, mapText: MapText): object {
  const { model, ...rest } = request as { readonly model?: unknown } & object // a name that routes, where there is one
  const mapped = mapStrings(rest, (text) => mapText(text, 'user'))
  return mapped === rest ? request : { ...mapped, ...(model !== undefined && { model }) }
}

/** A request with other texts; the same object when none changed. What it was read from is not carried over to a changed one. */
export function mapRequestTexts<Request>(operation: string, request: Request, mapText: MapText): Request {
  const mapper = Object.hasOwn(mappers, operation) ? mappers[operation] : undefined
  // The operation's name tells the kind of its requests.
  return (mapper === undefined ? mapAny(request as object, mapText) : mapper(request as never, mapText)) as Request
}

/** Whether a request holds input that is no text and stands for one: token ids, which nobody here reads. */
export function isUnreadable(operation: string, request: unknown): boolean {
  return operation === 'embeddings' && typeof (request as EmbeddingRequest).input[0] !== 'string'
}
