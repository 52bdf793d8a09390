/** Names of parameters may be a client's own words: bounded, they can't make a header that is refused or without end. */
const maxNames = 32
const maxNameCharacters = 64

/** What no name of a parameter needs and a header or a list in it may not hold. */
const unsafe = /[^\w.$:[\]-]/g

/** Names as the value of a header, separated by commas; `+n` at its end are those that are not listed. */
export function toNameList(names: ReadonlySet<string>): string {
  const listed: string[] = []
  for (const name of names) {
    if (listed.length === maxNames) return `${listed.join(', ')}, +${names.size - maxNames}`
    listed.push(name.slice(0, maxNameCharacters).replace(unsafe, '_'))
  }
  return listed.join(', ')
}
