/** Cloud metadata and link-local addresses, which nothing is told to (the URL parser has brought other spellings into these). */
const forbidden =
  /^(?:169\.254\.|100\.100\.100\.200$|\[fe[89ab][0-9a-f]:|\[::ffff:a9fe:|\[fd00:ec2::254\]$|metadata\.google\.internal\.?$)/i

/** Whether a URL's host is never called, whoever names it. */
export function isForbiddenHost(hostname: string): boolean {
  return forbidden.test(hostname)
}
