import type { JsonObject } from '../wire/json.ts'
import type { DialectId } from './dialect-id.ts'

/** Where the bytes of an image, a sound or a file are. */
export type MediaSource =
  | { readonly type: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly type: 'url'; readonly url: string; readonly mediaType?: string | undefined }
  /** An id that the provider itself gave out earlier. */
  | { readonly type: 'file-id'; readonly fileId: string }

/** The caller asks the provider to cache the prompt up to the part that carries this. */
export interface CacheBreakpoint {
  readonly ttl?: '5m' | '1h' | undefined
}

interface PartBase {
  readonly cacheBreakpoint?: CacheBreakpoint | undefined
}

/** Text within a message. */
export interface TextPart extends PartBase {
  readonly type: 'text'
  readonly text: string
}

/** An image within a message. */
export interface ImagePart extends PartBase {
  readonly type: 'image'
  readonly source: MediaSource
  /** OpenAI's hint; `undefined` means the provider's default. */
  readonly detail?: 'auto' | 'low' | 'high' | undefined
}

export interface AudioPart extends PartBase {
  readonly type: 'audio'
  readonly source: MediaSource
}

export interface FilePart extends PartBase {
  readonly type: 'file'
  readonly source: MediaSource
  readonly filename?: string | undefined
}

/** One part of what a user says. */
export type UserPart = TextPart | ImagePart | AudioPart | FilePart
export type ToolResultPart = TextPart | ImagePart | FilePart

/**
 * One block of a model's reasoning. A signature or encrypted data only means something to the vendor that made it, hence
 * `origin`: an encoder sends encrypted material back to its own dialect and leaves it out for any other.
 */
export interface ReasoningBlock {
  readonly origin: DialectId
  /** Readable reasoning; '' when the vendor shows none. */
  readonly text: string
  /** Proof by which the vendor recognises its own text (Anthropic `signature`, Gemini `thoughtSignature`). */
  readonly signature?: string | undefined
  /** Encrypted reasoning (Anthropic `redacted_thinking`, OpenAI `encrypted_content`). */
  readonly encrypted?: string | undefined
  /** The vendor's id of the block (OpenAI Responses reasoning items). */
  readonly id?: string | undefined
}

/** A model's call of a function. */
export interface ToolCall extends PartBase {
  readonly id: string
  readonly name: string
  /** The arguments as the model wrote them: JSON when complete, any text when the model was cut off. */
  readonly argumentsText: string
  /** Gemini's `thoughtSignature` of the call, which must go back with the history. */
  readonly signature?: string | undefined
  /** A call of a custom tool: its text is the argument `input` of `argumentsText`. */
  readonly custom?: true | undefined
}

/** Instructions to the model. */
export interface SystemMessage {
  readonly role: 'system' | 'developer'
  readonly content: string | readonly TextPart[]
  readonly name?: string | undefined
}

/** What the user says. */
export interface UserMessage {
  readonly role: 'user'
  readonly content: string | readonly UserPart[]
  readonly name?: string | undefined
}

/** What the model said: text, a refusal, reasoning or calls of tools. */
export interface AssistantMessage {
  readonly role: 'assistant'
  readonly content?: string | readonly TextPart[] | undefined
  readonly refusal?: string | undefined
  readonly reasoning?: readonly ReasoningBlock[] | undefined
  readonly toolCalls?: readonly ToolCall[] | undefined
  readonly name?: string | undefined
}

/** The result of a tool call. */
export interface ToolMessage {
  readonly role: 'tool'
  readonly toolCallId: string
  /** The function's name where the client's dialect says it; else found through the call (`toolNameOf`). */
  readonly name?: string | undefined
  readonly content: string | readonly ToolResultPart[]
  readonly isError?: boolean | undefined
  readonly cacheBreakpoint?: CacheBreakpoint | undefined
}

/** One message of a conversation. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage

export interface FunctionTool {
  readonly type: 'function'
  readonly name: string
  readonly description?: string | undefined
  /** JSON Schema of the arguments; `undefined` means a function without arguments. */
  readonly parameters?: JsonObject | undefined
  readonly strict?: boolean | undefined
  readonly cacheBreakpoint?: CacheBreakpoint | undefined
  /**
   * Set for OpenAI's custom tools, whose input is free text: elsewhere they are functions with one text argument, `input`, which
   * `parameters` describe. `format` is the form of the text in the words of the Responses API.
   */
  readonly custom?: { readonly format?: JsonObject | undefined } | undefined
}

/** A tool that only the vendor of `dialect` knows (web search, code execution, custom grammars): passed on as it is. */
export interface VendorTool {
  readonly type: 'vendor'
  readonly dialect: DialectId
  readonly definition: JsonObject
}

/** What the model may call. */
export type Tool = FunctionTool | VendorTool
/** Whether the model must call a tool, and which. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }
