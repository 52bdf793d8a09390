/** The ends of names that say that a secret follows: `OPENAI_API_KEY`, `x-api-key`, `clientSecret`, `Set-Cookie`. */
const secretName =
  /(?:api|access|account|subscription|private|secret|shared|routing|integration|encryption|signing|master)[ _-]?keys?$|(?:token|secret|password|passwd|pwd|passphrase|authorization|cookie|credentials?|webhook[_-]?url)$/i

/** Whether the value of a field or header with this name is a secret, whatever it looks like. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}
