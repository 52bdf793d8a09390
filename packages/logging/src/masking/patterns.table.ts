/** A shape that secrets have. Each pattern is linear: no nested repetition, every repeat over one class. */
export interface SecretShape {
  readonly name: string
  readonly pattern: RegExp
  /** What stands in its place; `$1` and `$2` are the parts that stay readable. */
  readonly replacement: string
}

/** Vendors' published key formats; more special shapes first. */
export const secretShapes: readonly SecretShape[] = [
  {
    name: 'private key',
    pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8192}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
    replacement: '***PRIVATE KEY***',
  },
  {
    name: 'sk- key',
    pattern: /\b(sk-(?:ant-|proj-|or-|svcacct-)?[A-Za-z0-9]{0,3})[A-Za-z0-9_-]{14,}([A-Za-z0-9]{3})\b/g,
    replacement: '$1***$2',
  },
  { name: 'xai, groq', pattern: /\b((?:xai|gsk|pplx|csk)[-_][A-Za-z0-9]{2})[A-Za-z0-9]{14,}([A-Za-z0-9]{3})\b/g, replacement: '$1***$2' },
  { name: 'google', pattern: /\b(AIza[A-Za-z0-9_-]{2})[A-Za-z0-9_-]{28,}/g, replacement: '$1***' },
  { name: 'aws access key', pattern: /\b((?:AKIA|ASIA)[A-Z0-9]{2})[A-Z0-9]{10,}/g, replacement: '$1***' },
  { name: 'github', pattern: /\b(gh[pousr]_[A-Za-z0-9]{2})[A-Za-z0-9]{20,}/g, replacement: '$1***' },
  { name: 'slack', pattern: /\b(xox[abprs]-)[A-Za-z0-9-]{8,}/g, replacement: '$1***' },
  { name: 'slack webhook', pattern: /(hooks\.slack\.com\/services\/)[A-Za-z0-9/]{8,}/g, replacement: '$1***' },
  { name: 'jwt', pattern: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*/g, replacement: '***JWT***' },
  { name: 'url credentials', pattern: /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:"']{0,128}:[^\s/@"']{1,256}@/gi, replacement: '$1***:***@' },
  { name: 'authorization', pattern: /\b((?:bearer|basic)\s{1,4})[A-Za-z0-9._~+/=-]{8,}/gi, replacement: '$1***' },
  {
    name: 'assignment',
    pattern:
      /((?:api[_-]?key|access[_-]?token|secret[_-]?access[_-]?key|client[_-]?secret|password|secret|token)["']?\s{0,4}[:=]\s{0,4}["']?)[^\s"',;&}*]{8,}/gi,
    replacement: '$1***MASKED***',
  },
]
