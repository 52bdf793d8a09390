import {
  type CachedRequest,
  type CachedResult,
  type CondenseAny,
  createModelCondenser,
  type SummaryCache,
  withSummaryCache,
} from '@proxyapi/context'
import { InvalidRequestError, isProxyApiError } from '@proxyapi/core'
import type { Context } from 'hono'
import type { Runtime } from '../gateway/runtime.ts'
import { readJsonBody } from '../http/read-body.ts'
import { replyJson } from '../http/reply-json.ts'
import type { GatewayEnv } from '../request/bindings.ts'
import { assertAllowed, withPlace } from '../routes/chat.ts'
import { completeWith } from './complete-with.ts'
import { type CondenseBody, type CondenseDefaults, parseCondenseBody } from './condense-body.ts'
import { type CondenserSet, type Condensers, sliceMs } from './condensers.ts'
import { withinScope } from './summaries.ts'
import { toCondenseWire } from './to-condense-wire.ts'
import { withClientAbort } from './with-client-abort.ts'

export interface CondenseRouteParts {
  readonly condensers: Condensers
  readonly defaults: CondenseDefaults
  /** `undefined` remembers nothing. */
  readonly cache: SummaryCache | undefined
  /** Whether keys share what is remembered. */
  readonly shared: boolean
  readonly runtime: () => Runtime
}

/** A request that is being condensed. */
interface Job {
  readonly c: Context<GatewayEnv>
  readonly parts: CondenseRouteParts
  readonly body: CondenseBody
  readonly condenserSet: CondenserSet
}

/** Condenses by choosing, or lets the model write. */
function condenserOf({ c, parts, body, condenserSet }: Job): CondenseAny {
  const { condensers, runtime } = parts
  const { counter, condenser } = condenserSet
  const { slices } = condensers
  return (request) => {
    const { mode, signal } = request
    if (mode === 'extractive' || body.model === undefined) return condenser.condenseInSlices(request, slices, { sliceMs, signal })
    return createModelCondenser({ counter, slices, complete: completeWith(body.model, c, runtime()) }).condense({ ...request, mode })
  }
}

function scopeOf({ c, parts, body, condenserSet }: Job): readonly string[] {
  const owner = parts.shared ? '' : (c.get('key')?.id ?? '')
  return [owner, condenserSet.counter.family, body.mode === 'extractive' ? '' : (body.model ?? '')]
}

/** The condenser's errors name its own options; a failed model is told as any failed call. */
function toClientTerms(error: unknown): unknown {
  if (!isProxyApiError(error) || error.name !== 'CondenseError') return error
  if (error.code === 'upstream_error') return isProxyApiError(error.cause) ? error.cause : error
  return new InvalidRequestError(
    error.message.replaceAll('maxTokens', 'max_tokens'),
    error.param === 'maxTokens' ? 'max_tokens' : error.param,
  )
}

async function condense(job: Job, signal: AbortSignal): Promise<CachedResult> {
  const { parts, body, condenserSet } = job
  const request: CachedRequest = { ...body, signal }
  const condenseAny = condenserOf(job)
  const measure = condenserSet.condenser.measure
  const run =
    parts.cache === undefined ? condenseAny : withSummaryCache(condenseAny, { measure, cache: withinScope(parts.cache, scopeOf(job)) })
  try {
    await parts.condensers.slices.yieldNow()
    return await run(request)
  } catch (error) {
    throw toClientTerms(error)
  }
}

/** `POST /api/condense`. */
export function condenseRoute(parts: CondenseRouteParts): (c: Context<GatewayEnv>) => Promise<Response> {
  const answer = async (c: Context<GatewayEnv>): Promise<Response> => {
    const body = parseCondenseBody(await readJsonBody(c, parts.runtime().maxBodyBytes), parts.defaults)
    if (body.mode !== 'extractive' && body.model !== undefined) assertAllowed(c, body.model)
    const condenserSet = await parts.condensers.condensersFor(body.model)
    return withClientAbort(c, async (signal) => replyJson(c, toCondenseWire(await condense({ c, parts, body, condenserSet }, signal))))
  }
  return (c) => withPlace(c, parts.runtime(), () => answer(c))
}
