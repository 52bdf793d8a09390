import { type ConversationMessage, countConversation, createCondenser, createTokenCounter } from '@proxyapi/context'

const counter = await createTokenCounter({ model: 'openai/gpt-4o' })

const messages: readonly ConversationMessage[] = [
  { role: 'system', content: 'You help the staff of a hotel.' },
  { role: 'user', content: 'Ms. Okafor arrives on 12 May at 21:40 and needs room 214, which has a bath. Her invoice goes to Lagoon Ltd.' },
  {
    role: 'assistant',
    content:
      'I noted the arrival of Ms. Okafor on 12 May at 21:40. Room 214 is reserved for her. It is a lovely room with a view of the garden.',
  },
  { role: 'user', content: 'The weather is nice today, and the garden looks lovely. By the way, she must not get feather pillows.' },
  {
    role: 'assistant',
    content: 'Understood: no feather pillows in room 214. The weather should stay nice all week, so the garden will look lovely as well.',
  },
  { role: 'user', content: 'What must the night porter know?' },
]

const condenser = createCondenser({ counter })
const { summary } = condenser.condense({ messages, maxTokens: 90, query: 'What must the night porter know?' })

console.log('tokens before:', countConversation(messages, [], counter))
console.log(summary)
console.log('within the budget:', counter.count(summary) <= 90)
console.log('keeps the room:', summary.includes('214'))
console.log('keeps the constraint:', summary.includes('feather pillows'))
