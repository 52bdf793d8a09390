// What is asked of which server. `limit` is the server that a case is compared with.
import { toBody, toRequest } from './prompts.mjs'

/** The prices of this model are known, so that each request is priced too. */
const model = 'gpt-4o-mini'

export const cases = {
  plain: { title: 'plain, 1 KB', bytes: 1024, limit: 'pass-through' },
  '20kb': { title: '20 KB prompt', bytes: 20 * 1024, turns: 3, limit: 'pass-through' },
  '200kb': { title: '200 KB prompt', bytes: 200 * 1024, turns: 20, limit: 'pass-through' },
  stream: { title: 'stream of 60 events', bytes: 1024, stream: true, limit: 'pass-through' },
  hit: { title: 'cached hit', bytes: 1024, isNumbered: false, limit: 'bare' },
}

/** The request of a case as it is sent to a server. */
export function requestOf(name, server, upstream) {
  const { bytes, turns, stream, isNumbered } = cases[name]
  const body = toBody({ model: server === 'proxyapi' ? `bench/${model}` : model, bytes, turns, stream })
  const headers =
    server === 'portkey'
      ? { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream.url}/v1`, authorization: 'Bearer bench' }
      : {}
  return toRequest(body, headers, isNumbered)
}

/** A request to the gateway whose answer takes twelve seconds. */
export const slowRequest = () => toRequest(toBody({ model: 'bench/slow', bytes: 1024, stream: true }))
