// The entries of LiteLLM's list as models of our vendors. What is left out is told with its reason.
import { toPrice } from './to-rates.mjs'

const vendors = {
  openai: 'openai',
  'text-completion-openai': 'openai',
  azure: 'azure_openai',
  azure_ai: 'azure_openai',
  anthropic: 'anthropic',
  bedrock: 'bedrock',
  bedrock_converse: 'bedrock',
  bedrock_mantle: 'bedrock',
  cohere: 'cohere',
  cohere_chat: 'cohere',
  xai: 'grok',
  gemini: 'gemini',
  mistral: 'mistral',
  codestral: 'mistral',
  groq: 'groq',
  deepseek: 'deepseek',
  voyage: 'voyage',
  jina_ai: 'jina',
  together_ai: 'together',
}

function vendorOf({ litellm_provider: provider = '' }) {
  if (Object.hasOwn(vendors, provider)) return vendors[provider]
  return provider.startsWith('vertex_ai') ? 'vertex' : undefined
}

/** Images are in where a chat route makes them, priced by token. */
const modes = new Set(['chat', 'responses', 'completion', 'embedding', 'rerank', 'moderation'])
const imageVendors = new Set(['gemini', 'vertex'])
const prefixes =
  /^(?:azure_ai|azure|bedrock_mantle|bedrock|gemini|vertex_ai|mistral|codestral|xai|groq|deepseek|voyage|jina_ai|together_ai|cohere|anthropic|openai)\//
const awsRegion = /^([a-z]{2}(?:-gov)?-[a-z]+-\d)\//
const profile = /^(us-gov|us|eu|apac|jp|au|ca|sa|in|uk|global)\./
const dataZone = /^(us-gov|us|eu|apac|global-standard|global)\//

/** The id at the vendor, and where inference is kept: a region, a profile's geography, a data zone; '' where it is kept nowhere. */
function placeOf(key, vendor) {
  const id = key.replace(prefixes, '')
  if (vendor === 'vertex') return { id: id.slice(id.lastIndexOf('/') + 1), place: '' }
  if (vendor === 'azure_openai') {
    const zone = dataZone.exec(id)
    const place = zone?.[1] ?? ''
    return { id: zone === null ? id : id.slice(zone[0].length), place: place.startsWith('global') ? '' : place }
  }
  if (vendor !== 'bedrock') return { id, place: '' }
  const region = awsRegion.exec(id)
  const rest = region === null ? id : id.slice(region[0].length)
  const geography = profile.exec(rest)
  const name = geography === null ? rest : rest.slice(geography[0].length)
  return { id: name.replace(/:.*$/, ''), place: region?.[1] ?? geography?.[1] ?? (key.startsWith('bedrock_mantle/') ? 'mantle' : '') }
}

const flags = {
  supports_vision: ['vision'],
  supports_function_calling: ['tools'],
  supports_response_schema: ['json_mode', 'json_schema'],
  supports_reasoning: ['reasoning'],
  supports_audio_input: ['audio'],
  supports_prompt_caching: ['prompt_caching'],
}
const trades = { embedding: 'embeddings', rerank: 'rerank', moderation: 'moderation', completion: 'completion' }

function capabilitiesOf(entry) {
  const trade = trades[entry.mode]
  if (trade !== undefined) return [trade]
  const images = entry.mode === 'image_generation' || entry.output_cost_per_image_token !== undefined
  return [
    'chat',
    ...Object.entries(flags).flatMap(([flag, words]) => (entry[flag] === true ? words : [])),
    ...(images ? ['image_output'] : []),
  ]
}

function leftOutBecause(key, entry, vendor) {
  if (!modes.has(entry.mode) && !(entry.mode === 'image_generation' && imageVendors.has(vendor)))
    return `is for ${entry.mode ?? 'nothing that is told'}`
  if (/commitment\//.test(key)) return 'is capacity by the hour'
  if (/^together[-_]ai-(?:up-to|embedding|\d)/.test(key)) return 'is a class of models by size, not a model'
  if (/^bedrock\/(?:claude_platform|invoke|guardrails)/.test(key)) return 'is a route of LiteLLM, not an id of the vendor'
  if (key === 'azure/container') return 'is not a model'
  if (key === 'azure/mistral-large-latest') return 'is older than that of the same model at Azure Foundry'
  return undefined
}

function unpricedBecause(price) {
  if (price?.card.input === undefined) return 'is not priced by tokens or search units'
  const { input, output, searchUnits, imageOutput } = price.card
  if (output === undefined && imageOutput === undefined) return 'has no price of its output'
  return input === 0 && !output && searchUnits === undefined && imageOutput === undefined ? 'has no price in the list (0)' : undefined
}

function toModel(key, entry, vendor) {
  const price = toPrice(entry, vendor)
  const isFree = entry.mode === 'moderation' || /gemma/.test(key)
  const reason = leftOutBecause(key, entry, vendor) ?? (isFree && price !== undefined ? undefined : unpricedBecause(price))
  if (reason !== undefined) return { key, vendor, reason }
  const { id, place } = placeOf(key, vendor)
  const context = entry.max_input_tokens ?? entry.max_tokens
  // Some rows repeat the window where the vendor states no largest output.
  const output = capabilitiesOf(entry).includes('chat') && entry.max_output_tokens !== context ? entry.max_output_tokens : undefined
  return { key, vendor, id: id.toLowerCase(), name: id, place, context, output, capabilities: capabilitiesOf(entry), price }
}

export function toModels(list) {
  const all = Object.entries(list).flatMap(([key, entry]) => {
    const vendor = vendorOf(entry)
    return vendor === undefined || key === 'sample_spec' ? [] : [toModel(key, entry, vendor)]
  })
  return { models: all.filter((one) => one.reason === undefined), leftOut: all.filter((one) => one.reason !== undefined) }
}
