import type { HeaderReader } from '../dialect.ts'

/** More betas than these are no request of a client's. */
const mostBetas = 32
const beta = /^[a-z0-9-]{1,64}$/
const version = /^\d{4}-\d{2}-\d{2}$/
/** The version that providers of this dialect are sent in any case. */
const usualVersion = '2023-06-01'

function betasOf(header: string | undefined): string | undefined {
  const names = header?.split(',', mostBetas).map((name) => name.trim())
  const known = names?.filter((name) => beta.test(name)) ?? []
  return known.length === 0 ? undefined : known.join(',')
}

/**
 * The headers of a client that go to Anthropic with its body, whose newer fields are refused without them: `anthropic-beta` and
 * `anthropic-version`, where they have the form that Anthropic gives them. `undefined` when there are none.
 */
export function fromAnthropicHeaders(headers: HeaderReader): Readonly<Record<string, string>> | undefined {
  const betas = betasOf(headers.header('anthropic-beta'))
  const dated = headers.header('anthropic-version')
  const isDated = dated !== undefined && dated !== usualVersion && version.test(dated)
  if (betas === undefined && !isDated) return undefined
  return { ...(isDated && { 'anthropic-version': dated }), ...(betas !== undefined && { 'anthropic-beta': betas }) }
}
