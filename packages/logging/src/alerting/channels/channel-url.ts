import { AlertingError } from '../engine/alerting-error.ts'

/** Cloud metadata and link-local addresses, which nobody is alerted at (the URL parser has brought other spellings into these). */
const forbiddenHosts = /^(?:169\.254\.|\[fe[89ab][0-9a-f]:|\[::ffff:a9fe:|\[fd00:ec2::254\]$|metadata\.google\.internal\.?$)/i

/**
 * The address of a channel, checked. The error never repeats it: such addresses are secrets.
 *
 * @throws AlertingError with the code `invalid_config`
 */
export function toChannelUrl(
  text: string,
  { setting, protocols }: { readonly setting: string; readonly protocols: readonly string[] },
): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const expected = `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`
  if (url === undefined) {
    throw new AlertingError({
      code: 'invalid_config',
      message: `${setting}: found ${text === '' ? 'nothing' : 'no URL'}, expected ${expected}`,
    })
  }
  if (!protocols.includes(url.protocol)) {
    throw new AlertingError({ code: 'invalid_config', message: `${setting}: found the scheme ${url.protocol}//, expected ${expected}` })
  }
  if (forbiddenHosts.test(url.hostname)) {
    throw new AlertingError({
      code: 'invalid_config',
      message: `${setting}: found a link-local or metadata address, which is never called`,
    })
  }
  return url
}
