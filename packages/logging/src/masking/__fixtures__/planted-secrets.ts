import fc from 'fast-check'

export const lower = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
export const alphanumeric = lower + lower.toUpperCase() + digits

/** A text of a length, its characters drawn by chance. */
export function drawn(characters: string, length: number): fc.Arbitrary<string> {
  // An array, since fast-check's strings now and then are names such as `propertyIsEnumerable`, which stacks are full of.
  return fc.array(fc.constantFrom(...characters), { minLength: length, maxLength: length }).map((drawn) => drawn.join(''))
}

/** Nearly all drawn keys do; the few that look like words by accident are left out, as the masker's documentation says. */
function looksRandom(text: string): boolean {
  const classes = [/[a-z]/, /[A-Z]/, /\d/].every((pattern) => pattern.test(text))
  return classes && (text.match(/[a-z](?=[^a-z])|[A-Z](?=[^A-Z])|\d(?=\D)/g)?.length ?? 0) * 3 >= text.length
}

const withDigit = (text: string): boolean => /\d/.test(text)

/** A secret and the text that it travels in; `body` is what must not be seen. */
export interface Planted {
  readonly text: string
  readonly body: string
}

const plain = (prefix: string, body: fc.Arbitrary<string>): fc.Arbitrary<Planted> =>
  body.map((drawn) => ({ text: `${prefix}${drawn}`, body: drawn }))

/** Secrets of every format, each as it is usually seen. */
export const kinds: Readonly<Record<string, fc.Arbitrary<Planted>>> = {
  OpenAI: plain('sk-', drawn(alphanumeric, 48)),
  'OpenAI project': plain('sk-proj-', drawn(`${alphanumeric}_-`, 100).filter(withDigit)),
  Anthropic: plain('sk-ant-api03-', drawn(`${alphanumeric}_-`, 95)),
  OpenRouter: plain('sk-or-v1-', drawn('abcdef0123456789', 64)),
  DeepSeek: plain('sk-', drawn('abcdef0123456789', 32)),
  xAI: plain('xai-', drawn(alphanumeric, 80)),
  Groq: plain('gsk_', drawn(alphanumeric, 52)),
  Google: plain('AIzaSy', drawn(`${alphanumeric}_-`, 33)),
  'AWS access key id': plain('AKIA', drawn(lower.toUpperCase() + digits, 16)),
  'AWS secret access key': plain('', drawn(`${alphanumeric}/+`, 40).filter(looksRandom)).map((found) => ({
    text: `aws_secret_access_key=${found.text}`,
    body: found.body,
  })),
  Mistral: plain('', drawn(alphanumeric, 32).filter(looksRandom)),
  Cohere: plain('', drawn(alphanumeric, 40).filter(looksRandom)),
  NVIDIA: plain('nvapi-', drawn(`${alphanumeric}_-`, 64)),
  Replicate: plain('r8_', drawn(alphanumeric, 37)),
  Fireworks: plain('fw_', drawn(alphanumeric, 24)),
  Together: plain('tgp_v1_', drawn(`${alphanumeric}_-`, 43)),
  'Google, of 2025': plain('AQ.', drawn(`${alphanumeric}_-`, 50)),
  'Google OAuth client': plain('GOCSPX-', drawn(`${alphanumeric}_-`, 28)),
  'AWS session token': plain('IQoJb3JpZ2luX2Vj', drawn(`${alphanumeric}/+`, 300)),
  GitLab: plain('glpat-', drawn(`${alphanumeric}_-`, 20)),
  npm: plain('npm_', drawn(alphanumeric, 36)),
  Stripe: plain('sk_live_', drawn(alphanumeric, 24)),
  SendGrid: plain('SG.', drawn(`${alphanumeric}_-`, 65)).map(({ body }) => ({ text: `SG.${body.slice(0, 22)}.${body.slice(22)}`, body })),
  Vault: plain('hvs.', drawn(`${alphanumeric}_-`, 90)),
  DigitalOcean: plain('dop_v1_', drawn('abcdef0123456789', 64)),
  GitHub: plain('ghp_', drawn(alphanumeric, 36)),
  'GitHub, fine-grained': plain('github_pat_', drawn(`${alphanumeric}_`, 82)),
  Slack: plain('xoxb-', drawn(`${digits}-${lower}`, 40)),
  'Slack webhook': plain('https://hooks.slack.com/services/T', drawn(alphanumeric, 40)),
  JWT: drawn(`${alphanumeric}_-`, 120).map((body) => ({ text: `eyJ${body.slice(0, 30)}.${body.slice(30, 80)}.${body.slice(80)}`, body })),
  Bearer: plain('Authorization: Bearer ', drawn(alphanumeric, 30)),
  Basic: plain(
    'authorization: Basic ',
    drawn(`${alphanumeric}/+`, 38).filter((text) => withDigit(text)),
  ).map(({ text, body }) => ({
    text: `${text}==`,
    body,
  })),
  'Azure header': plain('api-key: ', drawn('abcdef0123456789', 32)),
  'an assignment': plain('api_key=', drawn(alphanumeric, 20)),
  'a JSON field': plain('', drawn(alphanumeric, 20)).map(({ body }) => ({ text: `{"token":"${body}"}`, body })),
  'a header of JSON': plain('', drawn('abcdef0123456789', 32)).map(({ body }) => ({ text: `{"x-api-key": "${body}"}`, body })),
  'a URL': plain('', drawn(alphanumeric, 20)).map(({ body }) => ({ text: `redis://user:${body}@host:6379/0`, body })),
  PEM: plain('', drawn(`${alphanumeric}/+`, 120)).map(({ body }) => ({
    text: `-----BEGIN PRIVATE KEY-----\n${body.slice(0, 64)}\n${body.slice(64)}\n-----END PRIVATE KEY-----`,
    body,
  })),
}

/** Whether eight characters in a row of the secret can be seen. */
export function shows(masked: string, body: string): boolean {
  for (let start = 0; start + 8 <= body.length; start++) if (masked.includes(body.slice(start, start + 8))) return true
  return false
}
