import { isForbiddenHost } from '../../forbidden-host.ts'
import { AlertingError } from '../engine/alerting-error.ts'

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
  if (isForbiddenHost(url.hostname)) {
    throw new AlertingError({
      code: 'invalid_config',
      message: `${setting}: found a link-local or metadata address, which is never called`,
    })
  }
  return url
}
