/** A shape that secrets have. */
export interface SecretShape {
  readonly name: string
  /** A text that holds none of these, in lower case, holds no such secret: most texts are done with that. */
  readonly marks: readonly string[]
  readonly pattern: RegExp
  /** What stands in place of a find; the find itself when it turns out to be none. */
  readonly toMasked: (found: string, ...groups: readonly string[]) => string
}

/*
 * Every pattern is linear: it repeats one class at a time and, having found its mark, either takes the whole run or fails within a bounded
 * number of steps. Checks that would need backtracking are in `toMasked`. No pattern finds anything in what it leaves behind.
 */

/** Where a word can begin: not after a letter or digit, save those of an escape (`%3D`, `\n`, `\u0022`). */
const boundary = String.raw`(?:^|[^A-Za-z0-9]|%[\dA-Fa-f]{2}|\\[nrtbf]|\\u[\dA-Fa-f]{4})`

/** `mark` at the beginning of a word, then `rest`. The mark is tried first, because that is quick. */
function word(mark: string, rest: string): RegExp {
  return new RegExp(`${mark}(?<=${boundary}${mark})${rest}`, 'g')
}

function keep(head: number, tail = 0): (found: string) => string {
  return (found) => `${found.slice(0, head)}***${tail === 0 ? '' : found.slice(-tail)}`
}

/** A key has a digit or a long unbroken stretch; `sk-learn-contrib-modules` has neither. */
function maskSkKey(found: string): string {
  if (!/\d|[A-Za-z]{16}/.test(found)) return found
  const head = /^sk-(?:ant-|proj-|or-|svcacct-|admin-)?[A-Za-z0-9]{0,3}/.exec(found)?.[0] ?? ''
  return `${head}***${found.slice(-3)}`
}

function maskJwt(found: string): string {
  return /^[^.]{8,}\.[^.]{4,}/.test(found) ? '***JWT***' : found
}

function maskUserInfo(...[, scheme = '', user = '', at = '']: readonly string[]): string {
  const hasPassword = /:|%3a/i.test(user)
  if (!hasPassword && user.length < 16) return `${scheme}${user}${at}`
  return `${scheme}${hasPassword ? '***:***' : '***'}${at}`
}

/** What follows `Bearer` in prose. */
const aboutBearers = /^(?:tokens?|token-based|auth|authentication|authorization|credentials?|scheme|certificates?)$/i

/** Words have no digit, no capital within and no padding; base64 nearly always has one of them. */
function looksEncoded(text: string): boolean {
  return /\d|[a-z][A-Z]|[=%]/.test(text)
}

function maskScheme(found: string, scheme = '', gap = ''): string {
  const credential = found.slice(scheme.length + gap.length)
  const isSecret = scheme.toLowerCase() === 'basic' ? looksEncoded(credential) : !aboutBearers.test(credential)
  return isSecret ? `${scheme}${gap}***` : found
}

/** Chance mixes capitals, small letters and digits all the time; identifiers and paths do so a word at a time. */
function maskRandom(found: string): string {
  if (!/\d/.test(found) || !/[a-z]/.test(found) || !/[A-Z]/.test(found)) return found
  const changes = found.match(/[a-z](?=[^a-z])|[A-Z](?=[^A-Z])|\d(?=\D)/g)?.length ?? 0
  return changes * 3 >= found.length ? '***' : found
}

const slash = String.raw`(?:\\?\/|%2F|%2f)`

/** Vendors' published key formats and the places where credentials stand. */
export const secretShapes: readonly SecretShape[] = [
  {
    name: 'private key in PEM (RFC 7468), whole or cut off',
    marks: ['-----begin'],
    pattern:
      /-----BEGIN[A-Za-z0-9 %+]{1,40}?KEY(?:(?: |\+|%20)BLOCK)?-----[^-"'`<>{}]{0,16384}(?:-(?!----)[^-"'`<>{}]{0,16384}){0,64}(?:-----END[A-Za-z0-9 %+]{1,60}-----)?/g,
    toMasked: (found) => (/PRIVATE/.test(found.slice(0, 60)) ? '***PRIVATE KEY***' : found),
  },
  {
    name: 'OpenAI, Anthropic, DeepSeek, OpenRouter',
    marks: ['sk-'],
    pattern: word('sk-', '[A-Za-z0-9_-]{14,}'),
    toMasked: maskSkKey,
  },
  { name: 'xAI', marks: ['xai-'], pattern: /xai-[A-Za-z0-9]{16,}/g, toMasked: keep(6, 3) },
  { name: 'Groq', marks: ['gsk_'], pattern: /gsk_[A-Za-z0-9]{16,}/g, toMasked: keep(6, 3) },
  {
    name: 'Perplexity, Cerebras, Hugging Face',
    marks: ['pplx-', 'csk-', 'hf_'],
    pattern: /(?:pplx-|csk-|hf_)[A-Za-z0-9]{16,}/g,
    toMasked: keep(6, 3),
  },
  { name: 'Google API key', marks: ['aiza'], pattern: /AIza[A-Za-z0-9_-]{28,}/g, toMasked: keep(6) },
  { name: 'Google OAuth token', marks: ['ya29.'], pattern: /ya29\.[A-Za-z0-9_-]{16,}/g, toMasked: keep(5) },
  {
    name: 'AWS access key id',
    marks: ['akia', 'asia', 'aroa', 'absk'],
    pattern: /(?:AKIA|ASIA|AROA|ABSK)[A-Z0-9]{12,}/g,
    toMasked: keep(6),
  },
  {
    name: 'Bedrock API key',
    marks: ['absk', 'bedrock-api-key-'],
    pattern: /(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/=]{40,}/g,
    toMasked: keep(4),
  },
  {
    name: 'GitHub',
    marks: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}/g,
    toMasked: keep(6),
  },
  { name: 'Slack token', marks: ['xox', 'xapp-'], pattern: /(?:xox[a-z]|xapp)-[A-Za-z0-9-]{8,}/g, toMasked: keep(5) },
  {
    name: 'webhook of Slack, Discord or Teams',
    marks: ['hooks.slack', 'discord', 'webhook.office'],
    pattern: new RegExp(
      String.raw`((?:hooks\.slack(?:-gov)?\.com${slash}(?:services|workflows|triggers)|discord(?:app)?\.com${slash}api${slash}webhooks|webhook\.office\.com${slash}webhookb2)${slash})[A-Za-z0-9_%@/\\-]{8,}`,
      'g',
    ),
    toMasked: (_found, place = '') => `${place}***`,
  },
  { name: 'JSON Web Token (RFC 7519)', marks: ['eyj'], pattern: /eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,4}/g, toMasked: maskJwt },
  {
    name: 'URL with credentials (RFC 3986, 3.2.1)',
    marks: ['://', ':\\/\\/'],
    pattern: /(:\\?\/\\?\/)([^\s/?#"'`<>\\@]{1,512})(@)/g,
    toMasked: maskUserInfo,
  },
  {
    name: 'URL with credentials, percent-encoded',
    marks: ['%3a%2f%2f'],
    pattern: /(%3A%2F%2F)((?:[A-Za-z0-9._~*+-]|%(?!2F|40|3F|23|20|22)[\dA-F]{2}){1,512})(%40)/gi,
    toMasked: maskUserInfo,
  },
  {
    name: 'Authorization scheme (RFC 6750, RFC 7617)',
    marks: ['bearer', 'basic'],
    pattern: /(bearer|basic)((?:\s|\\[nrt]|%20|\+){1,4})[A-Za-z0-9._~+/=-]{8,}(?:(?:%3D|%2B|%2F|\\\/)[A-Za-z0-9._~+/=-]*)*/gi,
    toMasked: maskScheme,
  },
]

/**
 * Keys without a mark: Mistral and Azure draw 32 letters and digits, Cohere 40, AWS secrets 40 of base64. Only a run of exactly that length
 * that looks drawn by chance is taken; hexadecimal ones look like trace ids and are left to names and known values.
 */
export const randomRun: SecretShape = {
  name: 'Mistral, Cohere, AWS secret access key',
  marks: [''],
  pattern: /(?:(?<![A-Za-z0-9/+_-])|(?<=%[\dA-Fa-f]{2}|\\[nrtbf]))(?:[A-Za-z0-9/+]{40}|[A-Za-z0-9]{32})(?![A-Za-z0-9/+_=-])/g,
  toMasked: maskRandom,
}
