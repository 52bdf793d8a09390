const fitting = /^[A-Za-z0-9_-]{1,64}$/

/** FNV-1a, 32 bits. It keeps ids distinct that differ only in removed characters. */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
}

/** An id as Bedrock takes it (`[A-Za-z0-9_-]{1,64}`): the same for the call and for its result, whatever the client wrote. */
export function toToolUseId(id: string): string {
  return fitting.test(id) ? id : `${id.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 50)}_${hash(id)}`
}
