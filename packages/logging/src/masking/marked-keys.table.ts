/** A key that begins with a mark of its vendor. */
interface MarkedKey {
  readonly vendor: string
  readonly marks: readonly string[]
  /** The pattern of what follows the mark: one class, repeated, with at most one other character between. */
  readonly rest: string
  /** Only at the beginning of a word: the mark ends ordinary words too (`task-`). */
  readonly atWord?: boolean
  readonly toMasked: (found: string) => string
}

/** Where a word can begin: not after a letter or digit, save those of an escape (`%3D`, `\n`, `\u0022`). */
const boundary = String.raw`(?:^|[^A-Za-z0-9]|%[\dA-Fa-f]{2}|\\[nrtbf]|\\u[\dA-Fa-f]{4})`

function keep(head: number, tail = 0): (found: string) => string {
  return (found) => `${found.slice(0, head)}***${tail === 0 ? '' : found.slice(-tail)}`
}

/** A key has a digit or a long unbroken stretch; `sk-learn-contrib-modules` has neither. */
function maskSkKey(found: string): string {
  if (!/\d|[A-Za-z]{16}/.test(found)) return found
  const head = /^sk-(?:ant-|proj-|or-|svcacct-|admin-)?[A-Za-z0-9]{0,3}/.exec(found)?.[0] ?? ''
  return `${head}***${found.slice(-3)}`
}

/** Base64, its slashes and signs as they are or in the spelling of URLs and JSON. */
const base64Rest = String.raw`[A-Za-z0-9+/=]*(?:(?:%2[BFbf]|%3[Dd]|\\{1,8}\/)[A-Za-z0-9+/=]*)*`

/** Vendors' published key formats. The head that is kept is what the product's specification shows: `sk-abc***xyz`. */
const markedKeys: readonly MarkedKey[] = [
  {
    vendor: 'OpenAI, Anthropic, DeepSeek, OpenRouter',
    marks: ['sk-'],
    rest: '[A-Za-z0-9_-]{14,}',
    atWord: true,
    toMasked: maskSkKey,
  },
  { vendor: 'xAI', marks: ['xai-'], rest: '[A-Za-z0-9]{16,}', toMasked: keep(6, 3) },
  { vendor: 'Groq', marks: ['gsk_'], rest: '[A-Za-z0-9]{16,}', toMasked: keep(6, 3) },
  { vendor: 'Perplexity, Cerebras, Hugging Face', marks: ['pplx-', 'csk-', 'hf_'], rest: '[A-Za-z0-9]{16,}', toMasked: keep(6, 3) },
  { vendor: 'Google API', marks: ['AIza'], rest: '[A-Za-z0-9_-]{28,}', toMasked: keep(6) },
  { vendor: 'Google OAuth', marks: ['ya29.'], rest: '[A-Za-z0-9_-]{16,}', toMasked: keep(5) },
  { vendor: 'Bedrock', marks: ['ABSK', 'bedrock-api-key-'], rest: '[A-Za-z0-9+/=]{40,}', toMasked: keep(4) },
  { vendor: 'Google, of 2025', marks: ['AQ.'], rest: '[A-Za-z0-9_-]{30,}', atWord: true, toMasked: keep(3) },
  { vendor: 'Google OAuth client', marks: ['GOCSPX-'], rest: '[A-Za-z0-9_-]{20,}', toMasked: keep(7) },
  { vendor: 'NVIDIA', marks: ['nvapi-'], rest: '[A-Za-z0-9_-]{20,}', toMasked: keep(6) },
  { vendor: 'Replicate, Fireworks', marks: ['r8_', 'fw_'], rest: '[A-Za-z0-9]{20,}', atWord: true, toMasked: keep(3) },
  { vendor: 'Together', marks: ['tgp_v1_'], rest: '[A-Za-z0-9_-]{20,}', toMasked: keep(7) },
  { vendor: 'AWS session token', marks: ['IQoJb3JpZ2lu', 'FwoGZXIvYXdz'], rest: base64Rest, toMasked: keep(4) },
  { vendor: 'AWS access key id', marks: ['AKIA', 'ASIA', 'AROA'], rest: '[A-Z0-9]{12,}', toMasked: keep(6) },
  { vendor: 'GitHub', marks: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'], rest: '[A-Za-z0-9_]{20,}', toMasked: keep(6) },
  { vendor: 'GitLab', marks: ['glpat-'], rest: '[A-Za-z0-9_-]{20,}', toMasked: keep(6) },
  { vendor: 'npm', marks: ['npm_'], rest: '[A-Za-z0-9]{30,}', toMasked: keep(4) },
  { vendor: 'Stripe', marks: ['sk_live_', 'sk_test_', 'rk_live_', 'whsec_'], rest: '[A-Za-z0-9]{16,}', toMasked: keep(6) },
  { vendor: 'SendGrid', marks: ['SG.'], rest: String.raw`[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]+)?`, atWord: true, toMasked: keep(3) },
  { vendor: 'Vault, DigitalOcean', marks: ['hvs.', 'dop_v1_'], rest: '[A-Za-z0-9_-]{24,}', toMasked: keep(4) },
  { vendor: 'Slack', marks: ['xox', 'xapp'], rest: '[a-z]?-[A-Za-z0-9-]{8,}', toMasked: keep(5) },
]

/** RFC 7519. Header and payload are base64 of JSON, so both begin with `eyJ`; one that was cut off counts too. */
const tokenMark = 'eyJ'
const token = String.raw`eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,4}`
const shortestToken = 20

function toPattern(mark: string, { rest, atWord }: MarkedKey): string {
  const literal = mark.replace('.', String.raw`\.`)
  return atWord === true ? `${literal}(?<=${boundary}${literal})${rest}` : `${literal}${rest}`
}

const keySources = markedKeys.flatMap((key) => key.marks.map((mark) => toPattern(mark, key)))
const keys = new RegExp(keySources.join('|'), 'g')
const keysAndTokens = new RegExp([token, ...keySources].join('|'), 'g')

function maskKey(found: string): string {
  const key = markedKeys.find(({ marks }) => marks.some((mark) => found.startsWith(mark)))
  return key === undefined ? found : key.toMasked(found)
}

function maskKeyOrToken(found: string): string {
  if (!found.startsWith(tokenMark)) return maskKey(found)
  return found.includes('.') && found.length >= shortestToken ? '***JWT***' : found.replace(keys, maskKey)
}

/** What marked keys and tokens begin with, in lower case. */
export const keyMarks: readonly string[] = [tokenMark, ...markedKeys.flatMap(({ marks }) => marks)].map((mark) => mark.toLowerCase())

/**
 * Hides keys that begin with a vendor's mark, and JSON Web Tokens. All in one pass, so that the leftmost mark takes its whole run: by turns, the
 * mark of one vendor in the middle of another's key would cut it into pieces too short to know.
 */
export function maskMarkedKeys(text: string): string {
  return text.replace(keysAndTokens, maskKeyOrToken)
}
