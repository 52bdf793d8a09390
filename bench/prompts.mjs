// Request bodies of the bench. Each holds a number of fixed width, so that every request can ask a new question.

const words =
  'the of and to a in that it is was for on are as with they be at one have this from or had by hot but some what there we can out other were all your when up use word how said an each she which do their time if will way about many then them would write like so these her long make thing see him two has look more day could go come did my sound no most number who over know water than call first people may down side been now find'.split(
    ' ',
  )

/** English-looking text of exactly `bytes` bytes; the same text for the same size. */
export function toText(bytes) {
  let seed = 12345
  let text = ''
  while (text.length < bytes) {
    seed = (seed * 1103515245 + 12345) % 2147483648
    text += `${words[seed % words.length]}${seed % 11 === 0 ? '. ' : ' '}`
  }
  return text.slice(0, bytes)
}

/** Stands in a body where the number of the question goes. */
export const mark = '0000000000'

/** A conversation of `turns` user messages, which take turns with the assistant's, of `bytes` bytes altogether; each ends with the number of the question, so that no message has been seen before. */
function toMessages(bytes, turns) {
  const count = turns * 2 - 1
  const text = toText(bytes - count * (mark.length + 1))
  const size = Math.ceil(text.length / count)
  return Array.from({ length: count }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: `${text.slice(index * size, (index + 1) * size)} ${mark}`,
  }))
}

/** A chat completion whose messages hold `bytes` bytes of text. */
export function toBody({ model, bytes, turns = 1, stream = false }) {
  return JSON.stringify({
    model,
    messages: [{ role: 'system', content: 'Be brief.' }, ...toMessages(bytes, turns)],
    temperature: 0,
    ...(stream ? { stream: true } : {}),
  })
}

const chatPath = '/v1/chat/completions'

/** A whole HTTP request as bytes. `marksAt` are the places of its number; none where each request is the same. */
export function toRequest(body, headers = {}, isNumbered = true) {
  const fields = Object.entries({ host: '127.0.0.1', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers })
  const bytes = Buffer.from(`POST ${chatPath} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`)
  const marksAt = []
  for (let at = isNumbered ? bytes.indexOf(mark) : -1; at !== -1; at = bytes.indexOf(mark, at + 1)) marksAt.push(at)
  return { bytes, marksAt }
}
