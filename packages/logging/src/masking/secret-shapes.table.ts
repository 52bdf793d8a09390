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

/** As it is, percent-encoded, or escaped: once in JSON of some encoders, more often in JSON inside JSON. */
const slash = String.raw`(?:\\{0,8}\/|%2F|%2f)`

/** The places where credentials stand. */
export const secretShapes: readonly SecretShape[] = [
  {
    name: 'private key in PEM (RFC 7468), whole or cut off',
    marks: ['-----begin'],
    pattern:
      /-----BEGIN[A-Za-z0-9 %+]{1,40}?KEY(?:(?: |\+|%20)BLOCK)?-----[^-"'`<>{}]{0,16384}(?:-(?!----)[^-"'`<>{}]{0,16384}){0,64}(?:-----END[A-Za-z0-9 %+]{1,60}-----)?/g,
    toMasked: (found) => (/PRIVATE/.test(found.slice(0, 60)) ? '***PRIVATE KEY***' : found),
  },
  {
    name: 'webhook of Slack, Discord or Teams',
    marks: ['hooks.slack', 'discord', 'webhook.office'],
    pattern: new RegExp(
      String.raw`((?:hooks\.slack(?:-gov)?\.com${slash}(?:services|workflows|triggers)|discord(?:app)?\.com${slash}api${slash}webhooks|webhook\.office\.com${slash}webhookb2)${slash})[A-Za-z0-9_%@/\\-]{8,}`,
      'g',
    ),
    toMasked: (_found, place = '') => `${place}***`,
  },
  {
    name: 'URL with credentials (RFC 3986, 3.2.1)',
    marks: ['://', ':\\'],
    pattern: /(:\\{0,8}\/\\{0,8}\/)([^\s/?#"'`<>\\@]{1,512})(@)/g,
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
