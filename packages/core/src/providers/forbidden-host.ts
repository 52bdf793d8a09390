/*
 * Addresses of cloud metadata, and link-local ones: they hand out the credentials of a machine, and no provider lives there. The URL parser
 * has brought other spellings of an address (decimal, octal, mapped into IPv6) into these.
 */
const forbidden =
  /^(?:169\.254\.|100\.100\.100\.200$|\[fe[89ab][0-9a-f]:|\[::ffff:a9fe:|\[fd00:ec2::254\]$|metadata\.google\.internal\.?$)/i

/** Whether a URL's host is an address that is never called, whoever names it. */
export function isForbiddenHost(hostname: string): boolean {
  return forbidden.test(hostname)
}
