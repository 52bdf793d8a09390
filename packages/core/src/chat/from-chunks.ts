import type { ChatChunk, ReasoningDelta, StartChunk, ToolCallDelta, ToolCallStart } from './chunk.ts'
import type { Finish } from './finish-reason.ts'
import type { ReasoningBlock } from './message.ts'
import type { ChatResponse, Choice, TokenLogprob } from './response.ts'
import type { Usage } from './usage.ts'

/** One choice while its deltas come in. Text is gathered in pieces and joined once: a long answer has thousands. */
interface OpenChoice {
  readonly text: string[]
  readonly refusal: string[]
  readonly reasoning: Map<number, ReasoningBlock>
  readonly toolCalls: Map<number, { readonly start: ToolCallStart; readonly argumentsText: string[] }>
  readonly logprobs: TokenLogprob[]
  readonly annotations: NonNullable<Choice['annotations']>[number][]
  finish?: Finish
}

interface Folding {
  readonly choices: Map<number, OpenChoice>
  start?: StartChunk
  usage?: Usage
  failed: boolean
}

function openChoice({ choices }: Folding, index: number): OpenChoice {
  const known = choices.get(index)
  if (known !== undefined) return known
  const opened: OpenChoice = { text: [], refusal: [], reasoning: new Map(), toolCalls: new Map(), logprobs: [], annotations: [] }
  choices.set(index, opened)
  return opened
}

function addReasoning({ reasoning }: OpenChoice, delta: ReasoningDelta): void {
  const { type: _type, choice: _choice, index, ...block } = delta
  const known = reasoning.get(index)
  if (known === undefined) {
    reasoning.set(index, block)
    return
  }
  reasoning.set(index, {
    origin: known.origin,
    text: known.text + block.text,
    signature: block.signature ?? known.signature,
    encrypted: block.encrypted ?? known.encrypted,
    id: block.id ?? known.id,
  })
}

function addArguments(choice: OpenChoice, { index, argumentsText }: ToolCallDelta): boolean {
  return (choice.toolCalls.get(index)?.argumentsText.push(argumentsText) ?? 0) > 0
}

function onChunk(folding: Folding, chunk: ChatChunk): void {
  switch (chunk.type) {
    case 'start':
      folding.start = chunk
      return
    case 'usage':
      folding.usage = chunk.usage
      return
    case 'error':
      folding.failed = true
      return
    case 'text-delta': {
      const { text, logprobs } = openChoice(folding, chunk.choice)
      text.push(chunk.text)
      for (const logprob of chunk.logprobs ?? []) logprobs.push(logprob)
      return
    }
    case 'refusal-delta':
      openChoice(folding, chunk.choice).refusal.push(chunk.text)
      return
    case 'reasoning-delta':
      addReasoning(openChoice(folding, chunk.choice), chunk)
      return
    case 'tool-call-start':
      openChoice(folding, chunk.choice).toolCalls.set(chunk.index, { start: chunk, argumentsText: [] })
      return
    case 'tool-call-delta':
      // Arguments of a call that never began: the stream is not whole.
      if (!addArguments(openChoice(folding, chunk.choice), chunk)) folding.failed = true
      return
    case 'annotations': {
      const { annotations } = openChoice(folding, chunk.choice)
      for (const annotation of chunk.annotations) annotations.push(annotation)
      return
    }
    case 'finish':
      openChoice(folding, chunk.choice).finish = chunk.finish
  }
}

function inOrder<T>(map: ReadonlyMap<number, T>): readonly T[] {
  return [...map.entries()].sort(([left], [right]) => left - right).map(([, value]) => value)
}

function toChoice(index: number, open: OpenChoice, finish: Finish): Choice {
  return {
    index,
    text: open.text.join(''),
    ...(open.refusal.length > 0 && { refusal: open.refusal.join('') }),
    reasoning: inOrder(open.reasoning),
    toolCalls: inOrder(open.toolCalls).map(({ start: { id, name, signature, custom }, argumentsText }) => ({
      id,
      name,
      argumentsText: argumentsText.join(''),
      ...(signature !== undefined && { signature }),
      ...(custom !== undefined && { custom }),
    })),
    finish,
    ...(open.logprobs.length > 0 && { logprobs: open.logprobs }),
    ...(open.annotations.length > 0 && { annotations: open.annotations }),
  }
}

function toChoices({ choices }: Folding): readonly Choice[] | undefined {
  const whole: Choice[] = []
  for (const [index, open] of [...choices].sort(([left], [right]) => left - right)) {
    if (open.finish === undefined) return undefined
    whole.push(toChoice(index, open, open.finish))
  }
  return whole.length === 0 ? undefined : whole
}

/**
 * A streamed answer told whole: the inverse of `toChunks`. `undefined` when the chunks are not a whole answer, that is
 * without a start, with an error, or with a choice that never finished.
 */
export function fromChunks(chunks: Iterable<ChatChunk>): ChatResponse | undefined {
  const folding: Folding = { choices: new Map(), failed: false }
  for (const chunk of chunks) onChunk(folding, chunk)
  const choices = toChoices(folding)
  if (folding.start === undefined || folding.failed || choices === undefined) return undefined
  const { id, model, createdAtSeconds, serviceTier, systemFingerprint, usage: usageAtStart } = folding.start
  const usage = folding.usage ?? usageAtStart
  return {
    id,
    model,
    ...(createdAtSeconds !== undefined && { createdAtSeconds }),
    choices,
    ...(usage !== undefined && { usage }),
    ...(serviceTier !== undefined && { serviceTier }),
    ...(systemFingerprint !== undefined && { systemFingerprint }),
  }
}
