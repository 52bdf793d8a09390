import { type ListedModel, ProxyApiError } from '@proxyapi/core'
import type { Context } from 'hono'
import { mayUse } from '../auth/keys.ts'
import type { Runtime } from '../gateway/runtime.ts'
import { replyJson } from '../http/reply-json.ts'
import type { GatewayEnv } from '../request/bindings.ts'

interface ModelObject {
  readonly id: string
  readonly object: 'model'
  readonly created: number
  readonly owned_by: string
}

function toObject(model: ListedModel): ModelObject {
  return { id: `${model.provider}/${model.id}`, object: 'model', created: model.createdAtSeconds ?? 0, owned_by: model.provider }
}

async function list(c: Context<GatewayEnv>, runtime: Runtime): Promise<readonly ModelObject[]> {
  const virtual = runtime.engine.virtualModels.map(
    (model): ModelObject => ({ id: model.name, object: 'model', created: 0, owned_by: 'proxyapi' }),
  )
  const models = (await runtime.engine.models()).map(toObject)
  return [...virtual, ...models].filter((model) => mayUse(c.get('key'), model.id))
}

/** `GET /v1/models`: all providers' models and the virtual ones, as far as the key may use them. */
export function listModelsRoute(runtime: Runtime): (c: Context<GatewayEnv>) => Promise<Response> {
  return async (c) => replyJson(c, { object: 'list', data: await list(c, runtime) })
}

/** `GET /v1/models/{id}`, by full or bare id. */
export function oneModelRoute(runtime: Runtime): (c: Context<GatewayEnv>) => Promise<Response> {
  return async (c) => {
    const id = decodeURIComponent(c.req.path.slice('/v1/models/'.length))
    const models = await list(c, runtime)
    const found = models.find((model) => model.id === id) ?? models.find((model) => model.id.endsWith(`/${id}`))
    if (found !== undefined) return replyJson(c, found)
    throw new ProxyApiError({
      code: 'model_not_found',
      message: `The model "${id.slice(0, 128)}" is not known here. GET /v1/models lists what is.`,
      param: 'model',
    })
  }
}
