/** Names that clients write for a type that is registered otherwise. */
const registered: Readonly<Record<string, string>> = { 'image/jpg': 'image/jpeg', 'image/pjpeg': 'image/jpeg', 'audio/mp3': 'audio/mpeg' }

/** A media type as vendors know it: in lower case and under its registered name. */
export function registeredMediaType(mediaType: string): string {
  const name = mediaType.toLowerCase()
  return Object.hasOwn(registered, name) ? (registered[name] ?? name) : name
}
