import type { ConfigIssue } from '../errors/config-issue.ts'
import type { GatewayConfig } from './config-schema.ts'

type ProviderConfig = GatewayConfig['providers'][number]
type Path = readonly (string | number)[]

/** Credentials of providers travel in headers, or sign what does: printable ASCII, in the middle also spaces (RFC 9110 section 5.5). */
const sendableSecret = /^[!-~](?:[ -~]*[!-~])?$/
/** Values of headers may hold the rest of Latin-1 too, and name nothing but tokens (RFC 9110 section 5.6.2). */
const sendableValue = /^[\t -~\u00a0-\u00ff]*$/
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const secretFields = ['api_key', 'access_key_id', 'secret_access_key', 'session_token'] as const

function unsendable(path: Path, allowed: string): ConfigIssue {
  return { path, message: "holds a character that can't be sent in a header", found: 'a string', allowed }
}

function checkSecrets(provider: ProviderConfig, path: Path): readonly ConfigIssue[] {
  return secretFields
    .filter((field) => provider[field] !== undefined && provider[field] !== '' && !sendableSecret.test(provider[field]))
    .map((field) => unsendable([...path, field], 'printable ASCII, without line ends and invisible characters'))
}

function checkHeaders({ headers = {} }: ProviderConfig, path: Path): readonly ConfigIssue[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const at = [...path, 'headers', name]
    if (!token.test(name)) return [{ path: at, message: 'is no name of a header', found: 'a string', allowed: 'letters, digits and "-"' }]
    return sendableValue.test(value) ? [] : [unsendable(at, 'printable Latin-1, without line ends and invisible characters')]
  })
}

/** Values of providers that would fail every call, because no header can carry them. */
export function checkSendable({ providers }: Pick<GatewayConfig, 'providers'>): readonly ConfigIssue[] {
  return providers.flatMap((provider, index) => {
    const path = ['providers', index]
    return [...checkSecrets(provider, path), ...checkHeaders(provider, path)]
  })
}
