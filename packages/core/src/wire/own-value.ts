/** What a table says of a word that comes from outside; a word that every object inherits, such as `constructor`, finds nothing. */
export function ownValue<Value>(table: Readonly<Partial<Record<string, Value>>>, word: string | undefined): Value | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined
}
