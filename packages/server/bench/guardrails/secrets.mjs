// The labelled set of secrets: forms of vendors with drawn characters, and texts that look like them and are none. The marks of the keys are put
// together here, so that no scanner takes this file for a leak.
import { createDraw, createRandom } from './values.mjs'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function chars(draw, count, from = letters) {
  return Array.from({ length: count }, () => draw.one([...from])).join('')
}

const forms = [
  (draw) => `${'sk'}-${chars(draw, 48)}`,
  (draw) => `${'sk'}-proj-${chars(draw, 60)}`,
  (draw) => `${'sk'}-ant-api03-${chars(draw, 80)}`,
  (draw) => `${'ghp'}_${chars(draw, 36)}`,
  (draw) => `${'github_pat'}_${chars(draw, 22)}_${chars(draw, 59)}`,
  (draw) => `${'AKIA'}${chars(draw, 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
  (draw) => `${'xoxb'}-${draw.digits(12)}-${draw.digits(12)}-${chars(draw, 24)}`,
  (draw) => `${'AIza'}${chars(draw, 35)}`,
  (draw) => `${'gsk'}_${chars(draw, 52)}`,
  (draw) => `${'hf'}_${chars(draw, 34)}`,
  (draw) => `${'glpat'}-${chars(draw, 20)}`,
  (draw) => `${'sk_live'}_${chars(draw, 24)}`,
  (draw) => `Authorization: Bearer ${chars(draw, 40)}`,
  (draw) => `postgres://app:${chars(draw, 16)}@db.example.com/prod`,
  (draw) => `password=${chars(draw, 18)}`,
  (draw) => `api_key: "${chars(draw, 32)}"`,
  (draw) => `-----BEGIN PRIVATE KEY-----\n${chars(draw, 64)}\n${chars(draw, 64)}\n-----END PRIVATE KEY-----`,
  (draw) => `eyJhbGciOiJIUzI1NiJ9.${chars(draw, 40)}.${chars(draw, 43)}`,
]

const frames = [
  'Use % to log in.',
  'my env:\n%\nthanks',
  'curl failed with % in the header',
  'Der Schlüssel ist %.',
  'A chave é % e mais nada.',
]

export function secretSamples() {
  const draw = createDraw(createRandom(77))
  return forms.flatMap((form) => frames.map((frame) => frame.replace('%', () => form(draw))))
}

export const noSecrets = [
  'The password must have 12 characters.',
  'How do I rotate an API key?',
  'Bearer tokens are sent in the Authorization header.',
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
  'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'uuid 550e8400-e29b-41d4-a716-446655440000',
  'https://example.com/a/very/long/path/that/goes/on/and/on?page=2&sort=name',
  'sk-learn is imported as sklearn',
  'the ghp of the engine is 350',
  'DonaudampfschifffahrtsgesellschaftskapitänsmützenfabrikantenVerein',
  'internationalization_and_localization_of_user_interfaces',
  'const passwordField = document.querySelector("#password")',
  'token count: 4096, secret santa on Friday',
  'postgres://localhost/test',
  '-----BEGIN CERTIFICATE REQUEST----- is how a request begins',
  'base64 of hello is aGVsbG8=',
  'O senhor esqueceu a senha?',
  'Das Passwort war zu kurz.',
  'api_key is missing in the configuration',
  'My keys are on the table.',
  'AKI is short for acute kidney injury.',
  'eyJ is how a JSON object begins in base64',
  'ISBN 9783161484100, EAN 4006381333931',
  'node_modules/.pnpm/fast-check@4.10.2/node_modules/fast-check',
  'The quick brown fox jumps over the lazy dog.',
  'SELECT password_hash FROM users WHERE id = $1',
  'private key cryptography is older than public key cryptography',
  'x-request-id: 7f3a9c1e',
  'The authorization basic principle is least privilege.',
  'camelCaseIdentifiersCanBeQuiteLongSometimesIndeed',
]
