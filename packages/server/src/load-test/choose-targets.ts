import { type Engine, InvalidRequestError, type Provider } from '@proxyapi/core'
import { estimateCost, priceOf } from '@proxyapi/core/catalogue'
import type { LoadTarget, LoadTestBody } from './load-test-plan.ts'

type Asked = Pick<LoadTestBody, 'providers' | 'models' | 'prompt_tokens' | 'max_tokens'>

/** What is asked where nobody said what: it costs nothing and reaches nobody. */
const usualProviders = ['demo']
/** Of the demo provider, the model that answers at once. */
const demoModel = 'echo'

type ModelOfProvider = Parameters<NonNullable<Engine['catalog']['overridesOf']>>[0]

/** Of one request to a model, in nano-dollars. */
function costOf({ provider, model }: ModelOfProvider, asked: Asked, { catalog }: Engine): number | null {
  if (provider.type === 'demo') return 0
  const price = priceOf({
    type: provider.type,
    model,
    region: provider.pricedRegion,
    overrides: catalog.overridesOf?.({ provider, model }),
  })
  return estimateCost({ inputTokens: asked.prompt_tokens, expectedOutputTokens: asked.max_tokens }, price)
}

/** A provider's first model that can chat, as its configuration or its own list has it. */
async function firstModel(provider: Provider, engine: Engine): Promise<string> {
  if (provider.type === 'demo') return demoModel
  if (typeof provider.models !== 'string' && provider.models[0] !== undefined) return provider.models[0].id
  const listed = (await engine.models()).find((model) => model.provider === provider.name && model.capabilities?.includes('chat') !== false)
  if (listed !== undefined) return listed.id
  throw new InvalidRequestError(`No model of "${provider.name}" is known; name one in models, as ${provider.name}/MODEL.`, 'providers')
}

function providerNamed(name: string, { providers }: Engine): Provider {
  const found = providers.find((provider) => provider.name === name)
  if (found !== undefined) return found
  const known = providers.map((provider) => provider.name).join(', ')
  throw new InvalidRequestError(`There is no provider ${JSON.stringify(name.slice(0, 60))}; allowed: ${known}.`, 'providers')
}

/** A model as callers write it: the dearest of the targets that it may lead to counts. @throws ProxyApiError `model_not_found` */
async function targetNamed(model: string, asked: Asked, engine: Engine): Promise<LoadTarget> {
  const targets = await engine.targetsOf(model)
  const costs = targets.map((target) => costOf(target, asked, engine))
  const costNanoUsd = costs.includes(null) ? null : Math.max(0, ...costs.map(Number))
  return { model, provider: targets[0]?.provider.name ?? '', costNanoUsd }
}

/** The models that a test asks in turn: those that are named, or one of each provider that is. @throws InvalidRequestError naming what there is */
export async function chooseTargets(asked: Asked, engine: Engine): Promise<readonly LoadTarget[]> {
  if (asked.models !== undefined) return Promise.all(asked.models.map((model) => targetNamed(model, asked, engine)))
  const providers = (asked.providers ?? usualProviders).map((name) => providerNamed(name, engine))
  return Promise.all(
    providers.map(async (provider) => {
      const model = await firstModel(provider, engine)
      return { model: `${provider.name}/${model}`, provider: provider.name, costNanoUsd: costOf({ provider, model }, asked, engine) }
    }),
  )
}
