import {
  type CacheRequest,
  createRequestKey,
  createSemanticIndex,
  createSemanticLookup,
  neutralFields,
  type SemanticFigures,
  type SemanticIndex,
  type SemanticLookup,
  type SemanticMatcher,
  type SemanticQuestion,
  type Shedder,
} from '@proxyapi/context'
import { nodeDigest } from '@proxyapi/context/node'
import { type ChatRequest, chat, type Deps, type EmbeddingRequest, type Engine, type Principal, type Receipt } from '@proxyapi/core'
import type { GatewayConfig } from '../config/config-schema.ts'
import type { AnswerKinds } from './cached-answer.ts'
import { withoutQuestion } from './without-question.ts'

export interface SemanticParts {
  readonly config: Pick<GatewayConfig, 'caching'>
  readonly deps: Deps
  /** Embeds past the cache. */
  readonly embed: Engine['embed']
  /** Called with the receipt of every embedding: embeddings cost too. */
  readonly onReceipt: (receipt: Receipt) => void
}

/** Finds stored answers by the meaning of a question. */
export interface SemanticLevel {
  readonly matcher: SemanticMatcher<CacheRequest<AnswerKinds>>
  /** Says in whose name a request's question may be embedded. Comes before the cache is asked. */
  readonly setPrincipal: (request: object, principal: Principal | undefined) => void
  /** Whether a request is one of the level's own embeddings, which are kept by the level and by no other. */
  readonly isOwn: (request: object) => boolean
  readonly shedder: Shedder
  readonly figures: () => SemanticFigures
}

type Principals = WeakMap<object, Principal>

/** What the level remembers of requests under way. */
interface OpenRequests {
  readonly principals: Principals
  readonly own: WeakSet<object>
}

/** Embeds under a call of its own, in the caller's name. */
function createLookup(model: string, index: SemanticIndex, parts: SemanticParts & OpenRequests): SemanticLookup {
  const { deps, embed, onReceipt, principals, own } = parts
  return createSemanticLookup(
    {
      index,
      scopeOf: createRequestKey({ digest: nodeDigest, neutralFields }),
      embed: async (text, signal, request) => {
        const embedding: EmbeddingRequest = { model, input: [text] }
        own.add(embedding)
        const answer = await embed(
          embedding,
          // Vectors of two models can't be compared, so there is no falling back to another one.
          { principal: principals.get(request), overrides: { fallbacks: [] }, tags: ['semantic-cache'], signal, onSettled: onReceipt },
        )
        const [vector] = answer.vectors
        if (vector === undefined) throw new Error(`${model} answered without a vector`)
        return vector
      },
    },
    deps,
  )
}

/** Compares questions by their meaning. A question's vector waits between its look-up and the storing of its answer. */
function toMatcher(lookup: SemanticLookup, index: SemanticIndex, isShared: boolean): SemanticMatcher<CacheRequest<AnswerKinds>> {
  const asked = new WeakMap<CacheRequest<AnswerKinds>, SemanticQuestion>()
  return {
    find: async (question, signal) => {
      const { operation, request, source, tenant, variant, directives } = question
      // Only conversations mean the same in other words.
      if (operation !== chat.name) return undefined
      const scope = {
        tenant: isShared ? undefined : tenant,
        namespace: directives?.namespace,
        variant: source === undefined ? variant : [variant, source.dialect, withoutQuestion(source.body)],
      }
      const semantic = await lookup.embedQuestion(request as ChatRequest, scope, signal) // a question of chat holds its request
      if (semantic === undefined) return undefined
      asked.set(question, semantic)
      return lookup.find(semantic)
    },
    remember: (question, entry) => {
      const semantic = asked.get(question)
      asked.delete(question)
      if (semantic !== undefined) lookup.remember(semantic, entry)
    },
    forget: (key) => void index.remove(key),
    clear: index.clear,
    purgeExpired: () => void index.purgeExpired(),
  }
}

/** The cache's level for questions in other words; `undefined` when it is switched off. */
export function createSemanticLevel(parts: SemanticParts): SemanticLevel | undefined {
  const { semantic, scope } = parts.config.caching
  if (!semantic.enabled || semantic.model === undefined) return undefined
  const index = createSemanticIndex({ maxEntries: semantic.max_entries, threshold: semantic.threshold }, parts.deps)
  const principals: Principals = new WeakMap()
  const own = new WeakSet()
  const lookup = createLookup(semantic.model, index, { ...parts, principals, own })
  return {
    matcher: toMatcher(lookup, index, scope === 'shared'),
    setPrincipal: (request, principal) => {
      if (principal !== undefined) principals.set(request, principal)
    },
    isOwn: (request) => own.has(request),
    shedder: { name: 'semantic index', shed: index.shed },
    figures: index.figures,
  }
}
