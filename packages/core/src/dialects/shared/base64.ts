/** Returns base64 in the standard alphabet with padding, which some vendors require. */
export function toStandardBase64(data: string): string {
  if (data.length % 4 === 0 && !/[-_\s]/.test(data)) return data
  const text = data
    .replace(/[\s=]+/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}
