/** Names that say that a secret follows, as the ends of names written without separators: `OPENAI_API_KEY`, `x-api-key`, `clientSecret`. */
const secretEndings = [
  ...['apikey', 'apikeys', 'accesskey', 'accountkey', 'subscriptionkey', 'privatekey', 'secretkey', 'sharedkey', 'routingkey'],
  ...['integrationkey', 'encryptionkey', 'signingkey', 'masterkey', 'token', 'secret', 'password', 'passwd', 'passphrase'],
  ...['authorization', 'cookie', 'credential', 'credentials', 'webhookurl'],
]

/** Whether the value of a field or header with this name is a secret, whatever it looks like. */
export function isSecretName(name: string): boolean {
  const plain = name.replace(/[^A-Za-z0-9]/g, '').toLowerCase()
  return secretEndings.some((ending) => plain.endsWith(ending))
}
