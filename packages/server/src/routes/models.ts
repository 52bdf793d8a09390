import { type Engine, type ListedModel, ProxyApiError } from '@proxyapi/core'
import * as v from 'valibot'
import { mayUseModel } from '../auth/may-use-model.ts'
import type { Exchange } from '../http/exchange.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { anthropicModel, anthropicModelPage, toAnthropicModel, toAnthropicPage } from './anthropic-models.ts'

const modelObject = v.object({ id: v.string(), object: v.literal('model'), created: v.number(), owned_by: v.string() })

type ModelObject = v.InferOutput<typeof modelObject>

function toObject(model: ListedModel): ModelObject {
  return { id: `${model.provider}/${model.id}`, object: 'model', created: model.createdAtSeconds ?? 0, owned_by: model.provider }
}

async function list({ principal }: Exchange, engine: Engine): Promise<ModelObject[]> {
  const virtual = engine.virtualModels.map(({ name }): ModelObject => ({ id: name, object: 'model', created: 0, owned_by: 'proxyapi' }))
  const models = (await engine.models()).map(toObject)
  return [...virtual, ...models].filter((model) => mayUseModel(principal, model.id))
}

function unknownModel(id: string): ProxyApiError {
  return new ProxyApiError({
    code: 'model_not_found',
    message: `The model "${id.slice(0, 128)}" is not known here. GET /v1/models lists what is.`,
    param: 'model',
  })
}

function findModel(models: readonly ModelObject[], id: string): ModelObject {
  const found = models.find((model) => model.id === id) ?? models.find((model) => model.id.endsWith(`/${id}`))
  if (found === undefined) throw unknownModel(id)
  return found
}

/** Anthropic's clients say which version of its API they speak: they read another form. */
function speaksAnthropic(exchange: Exchange): boolean {
  return exchange.header('anthropic-version') !== undefined
}

/** `GET /v1/models`: all providers' models and the virtual ones, as far as the key may use them; one of them by full or bare id. */
export function modelRoutes(engine: Engine): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/models',
      isLocal: true,
      access: 'key',
      summary: 'Lists the models that the key may use.',
      answer: v.union([v.object({ object: v.literal('list'), data: v.array(modelObject) }), anthropicModelPage]),
      handle: async (exchange) => {
        const data = await list(exchange, engine)
        return speaksAnthropic(exchange) ? toAnthropicPage(data, exchange.query()) : { object: 'list' as const, data }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/models/{id...}',
      isLocal: true,
      access: 'key',
      summary: 'Tells one model, by its full or bare id.',
      answer: v.union([modelObject, anthropicModel]),
      handle: async (exchange) => {
        const found = findModel(await list(exchange, engine), exchange.params['id'] ?? '')
        return speaksAnthropic(exchange) ? toAnthropicModel(found) : found
      },
    }),
  ]
}
