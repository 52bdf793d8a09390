import { isJsonObject, parseJson, readString } from '../../wire/json.ts'

/** Takes the text of a custom call out of its arguments, piece by piece. */
export interface CustomInput {
  /** The text that these arguments bring; '' while it can't be told. */
  readonly push: (argumentsText: string) => string
  /** What is left when the arguments have ended. */
  readonly end: () => string
}

const beginning = /^\s*\{\s*"input"\s*:\s*"/
/** As much of a JSON string's body as ends with a whole character. */
const wholeCharacters = /^(?:[^"\\]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/
/** Half of a character outside the basic plane: its other half has not come yet. */
const openHalf = /(?:[\ud800-\udbff]|\\u[dD][89abAB][\da-fA-F]{2})$/
// Models leave these bare within a string, where JSON refuses them.
const bareControl = /[\u0000-\u001f]/g

function toText(body: string): string {
  const escaped = body.replace(bareControl, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return JSON.parse(`"${escaped}"`) as string // one JSON string literal
}

function wholeInput(argumentsText: string): string | undefined {
  const parsed = parseJson(argumentsText)
  return isJsonObject(parsed) ? readString(parsed, 'input') : undefined
}

/** The text of a whole call, also of one that was cut off. Arguments that are not of our form are the text themselves. */
export function fromCustomArguments(argumentsText: string): string {
  const whole = wholeInput(argumentsText)
  if (whole !== undefined) return whole
  const input = createCustomInput()
  return input.push(argumentsText) + input.end()
}

/** Arguments that are not of our form are told as a whole at their end. */
export function createCustomInput(): CustomInput {
  let pending = ''
  let place: 'before' | 'inside' | 'behind' = 'before'

  const enter = (): void => {
    const head = beginning.exec(pending)?.[0]
    if (head === undefined) return
    pending = pending.slice(head.length)
    place = 'inside'
  }
  const take = (): string => {
    let body = wholeCharacters.exec(pending)?.[0] ?? ''
    const isAtEnd = pending[body.length] === '"'
    if (!isAtEnd) body = body.replace(openHalf, '')
    pending = isAtEnd ? '' : pending.slice(body.length)
    if (isAtEnd) place = 'behind'
    return toText(body)
  }
  return {
    push: (argumentsText) => {
      if (place === 'behind') return ''
      pending += argumentsText
      if (place === 'before') enter()
      return place === 'inside' ? take() : ''
    },
    end: () => {
      // Within the text nothing is left but what is no JSON: it is told as it stands.
      const rest = place === 'before' ? (wholeInput(pending) ?? pending) : pending
      pending = ''
      place = 'behind'
      return rest
    },
  }
}
