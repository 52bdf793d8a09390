import {
  type CachedRequest,
  type CachedResult,
  type CondenseAny,
  createModelCondenser,
  type SummaryCache,
  withSummaryCache,
} from '@proxyapi/context'
import { InvalidRequestError, isProxyApiError } from '@proxyapi/core'
import * as v from 'valibot'
import { type AdmissionDeps, admit } from '../admission/admit.ts'
import type { CurrentGateway } from '../capability/capability.ts'
import type { Exchange } from '../http/exchange.ts'
import { readJsonBody } from '../http/read-body.ts'
import { assertAllowed } from '../request/controls.ts'
import { withClientAbort } from '../request/with-client-abort.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { completeWith } from './complete-with.ts'
import { type CondenseBody, type CondenseDefaults, condenseSchema, parseCondenseBody } from './condense-body.ts'
import { type CondenserSet, type Condensers, sliceMs } from './condensers.ts'
import { withinScope } from './summaries.ts'
import { toCondenseWire } from './to-condense-wire.ts'

export interface CondenseRouteDeps {
  readonly condensers: Condensers
  readonly defaults: CondenseDefaults
  /** `undefined` remembers nothing. */
  readonly cache: SummaryCache | undefined
  /** Whether keys share what is remembered. */
  readonly shared: boolean
  readonly gateway: CurrentGateway
}

/** A request that is being condensed. */
interface CondenseContext {
  readonly exchange: Exchange
  readonly parts: CondenseRouteDeps
  readonly body: CondenseBody
  readonly condenserSet: CondenserSet
}

/** Condenses by choosing, or lets the model write. */
function condenserOf({ exchange, parts, body, condenserSet }: CondenseContext): CondenseAny {
  const { condensers, gateway } = parts
  const { counter, condenser } = condenserSet
  const slices = condensers.slicesFor(exchange.principal?.id)
  return (request) => {
    const { mode, signal } = request
    if (mode === 'extractive' || body.model === undefined) return condenser.condenseInSlices(request, slices, { sliceMs, signal })
    return createModelCondenser({ counter, slices, complete: completeWith(body.model, exchange, gateway.calls()) }).condense({
      ...request,
      mode,
    })
  }
}

function scopeOf({ exchange, parts, body, condenserSet }: CondenseContext): readonly string[] {
  const owner = parts.shared ? '' : (exchange.principal?.id ?? '')
  return [owner, condenserSet.counter.family, body.mode === 'extractive' ? '' : (body.model ?? '')]
}

/** Translates errors of the condenser, which name its own options; errors of a model are passed on. */
function toClientTerms(error: unknown): unknown {
  if (!isProxyApiError(error) || error.name !== 'CondenseError') return error
  if (error.code === 'upstream_error') return isProxyApiError(error.cause) ? error.cause : error
  return new InvalidRequestError(
    error.message.replaceAll('maxTokens', 'max_tokens'),
    error.param === 'maxTokens' ? 'max_tokens' : error.param,
  )
}

async function condense(context: CondenseContext, signal: AbortSignal): Promise<CachedResult> {
  const { parts, body, condenserSet } = context
  const request: CachedRequest = { ...body, signal }
  const condenseAny = condenserOf(context)
  const measure = condenserSet.condenser.measure
  const run =
    parts.cache === undefined ? condenseAny : withSummaryCache(condenseAny, { measure, cache: withinScope(parts.cache, scopeOf(context)) })
  try {
    await parts.condensers.slicesFor(context.exchange.principal?.id).yieldNow()
    return await run(request)
  } catch (error) {
    throw toClientTerms(error)
  }
}

/** The fields that clients can rely on; further fields describe the messages. */
const answer = v.looseObject({
  summary: v.string(),
  messages: v.optional(v.array(v.unknown())),
  original_tokens: v.number(),
  condensed_tokens: v.number(),
  compression_ratio: v.number(),
  mode: v.string(),
  cached: v.boolean(),
})

type Answer = v.InferInput<typeof answer>

/** `POST /api/condense`. */
export function condenseRoute(parts: CondenseRouteDeps): Route {
  const run = async (exchange: Exchange, admission: AdmissionDeps): Promise<Answer> => {
    await admit(exchange, admission)
    const body = parseCondenseBody(await readJsonBody(exchange, admission.maxBodyBytes), parts.defaults)
    if (body.mode !== 'extractive' && body.model !== undefined) assertAllowed(exchange, body.model)
    const condenserSet = await parts.condensers.condensersFor(body.model)
    // `toCondenseWire` writes these fields; the schema names those that clients can rely on.
    return withClientAbort(
      exchange,
      async (signal) => toCondenseWire(await condense({ exchange, parts, body, condenserSet }, signal)) as Answer,
    )
  }
  return defineRoute({
    method: 'POST',
    path: '/api/condense',
    isLocal: true,
    access: 'user',
    operation: 'condense',
    summary: 'Condenses a conversation to a number of tokens; works without a provider.',
    body: { schema: condenseSchema, isReadByHandler: true },
    answer,
    handle: (exchange) => run(exchange, parts.gateway.admissions()),
  })
}
