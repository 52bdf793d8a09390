// Every client library, unchanged, behind one set of words: what a suite asks of each.
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod'
import { ChatAnthropic } from '@langchain/anthropic'
import { HumanMessage } from '@langchain/core/messages'
import { tool as langchainTool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { generateObject, generateText, stepCountIs, streamText, tool } from 'ai'
import OpenAI, { AzureOpenAI } from 'openai'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import { z } from 'zod'

const apiKey = 'sdk-key'
const question = 'How is the weather in Paris?'
const messages = [{ role: 'user', content: question }]
const City = z.object({ city: z.string() })
const Person = z.object({ name: z.string(), age: z.number().int() })
const description = 'The weather of a city.'

/** The tool itself: what the model was given comes back in its answer. */
const weatherIn = ({ city }) => `sunny in ${city}`

async function piecesOf(stream, textOf) {
  const pieces = []
  for await (const piece of stream) {
    const text = textOf(piece)
    if (text) pieces.push(text)
  }
  return pieces
}

function openaiChat(client) {
  const runTools = {
    type: 'function',
    function: { name: 'get_weather', description, function: weatherIn, parse: JSON.parse, parameters: z.toJSONSchema(City) },
  }
  return {
    text: async (model) => (await client.chat.completions.create({ model, messages })).choices[0].message.content,
    stream: async (model) =>
      piecesOf(await client.chat.completions.create({ model, messages, stream: true }), (chunk) => chunk.choices[0]?.delta.content),
    tools: (model) => client.chat.completions.runTools({ model, messages, tools: [runTools] }).finalContent(),
    streamedTools: (model) => client.chat.completions.runTools({ model, messages, tools: [runTools], stream: true }).finalContent(),
    object: async (model) =>
      (await client.chat.completions.parse({ model, messages, response_format: zodResponseFormat(Person, 'person') })).choices[0].message
        .parsed,
    statusOf: (error) => error.status,
    nameOf: (error) => error.constructor.name,
  }
}

function openaiResponses(client) {
  const tools = [{ type: 'function', name: 'get_weather', description, parameters: z.toJSONSchema(City), strict: false }]
  const answerCalls = async (model, ask) => {
    const first = await ask({ model, input: messages, tools })
    const calls = first.output.filter(({ type }) => type === 'function_call')
    const outputs = calls.map((call) => ({
      type: 'function_call_output',
      call_id: call.call_id,
      output: weatherIn(JSON.parse(call.arguments)),
    }))
    return (await ask({ model, input: [...messages, ...first.output, ...outputs], tools })).output_text
  }
  return {
    text: async (model) => (await client.responses.create({ model, input: question })).output_text,
    stream: async (model) =>
      piecesOf(await client.responses.create({ model, input: question, stream: true }), (event) =>
        event.type === 'response.output_text.delta' ? event.delta : undefined,
      ),
    tools: (model) => answerCalls(model, (body) => client.responses.create(body)),
    streamedTools: (model) => answerCalls(model, (body) => client.responses.stream(body).finalResponse()),
    object: async (model) =>
      (await client.responses.parse({ model, input: question, text: { format: zodTextFormat(Person, 'person') } })).output_parsed,
    statusOf: (error) => error.status,
    nameOf: (error) => error.constructor.name,
  }
}

function anthropicMessages(client) {
  const body = (model) => ({ model, max_tokens: 1024, messages })
  const weather = betaZodTool({ name: 'get_weather', description, inputSchema: City, run: weatherIn })
  const person = { name: 'person', description: 'A person.', input_schema: z.toJSONSchema(Person) }
  const textOf = (message) => message.content.map((block) => block.text ?? '').join('')
  return {
    text: async (model) => textOf(await client.messages.create(body(model))),
    stream: async (model) => {
      const pieces = []
      const stream = client.messages.stream(body(model)).on('text', (text) => pieces.push(text))
      await stream.finalMessage()
      return pieces
    },
    tools: async (model) => textOf(await client.beta.messages.toolRunner({ ...body(model), tools: [weather] })),
    streamedTools: async (model) => {
      const runner = client.beta.messages.toolRunner({ ...body(model), tools: [weather], stream: true })
      let last
      for await (const stream of runner) last = await stream.finalMessage()
      return textOf(last)
    },
    object: async (model) => {
      const message = await client.messages.create({ ...body(model), tools: [person], tool_choice: { type: 'tool', name: 'person' } })
      return message.content.find(({ type }) => type === 'tool_use').input
    },
    statusOf: (error) => error.status,
    nameOf: (error) => error.constructor.name,
  }
}

function aiSdk(modelOf) {
  const tools = { get_weather: tool({ description, inputSchema: City, execute: weatherIn }) }
  const options = (model) => ({ model: modelOf(model), prompt: question, maxRetries: 0 })
  return {
    text: async (model) => (await generateText(options(model))).text,
    stream: async (model) => piecesOf(streamText(options(model)).textStream, (text) => text),
    tools: async (model) => (await generateText({ ...options(model), tools, stopWhen: stepCountIs(3) })).text,
    streamedTools: async (model) => streamText({ ...options(model), tools, stopWhen: stepCountIs(3) }).text,
    object: async (model) => (await generateObject({ ...options(model), schema: Person })).object,
    statusOf: (error) => error.statusCode,
    nameOf: (error) => error.name,
  }
}

function langchain(create) {
  const weather = langchainTool(weatherIn, { name: 'get_weather', description, schema: City })
  const run = async (model, ask) => {
    const bound = create(model).bindTools([weather])
    const human = new HumanMessage(question)
    const first = await ask(bound, [human])
    const results = await Promise.all(first.tool_calls.map((call) => weather.invoke(call)))
    return (await ask(bound, [human, first, ...results])).text
  }
  const joined = async (model, input) => {
    let whole
    for await (const chunk of await model.stream(input)) whole = whole === undefined ? chunk : whole.concat(chunk)
    return whole
  }
  return {
    text: async (model) => (await create(model).invoke(question)).text,
    stream: async (model) => piecesOf(await create(model).stream(question), (chunk) => chunk.text),
    tools: (model) => run(model, (bound, input) => bound.invoke(input)),
    streamedTools: (model) => run(model, joined),
    object: (model) => create(model).withStructuredOutput(Person, { name: 'person' }).invoke(question),
    statusOf: (error) => error.status,
    nameOf: (error) => error.constructor.name,
  }
}

/** The clients against a gateway. `nameOf` says the class of an error, where the library has classes for them. */
export function clientsOf(url) {
  const openai = new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 })
  const azure = new AzureOpenAI({ apiKey, endpoint: url, apiVersion: '2024-10-21', maxRetries: 0 })
  const azureV1 = new OpenAI({ apiKey, baseURL: `${url}/openai/v1`, maxRetries: 0 })
  const aiOpenAi = createOpenAI({ apiKey, baseURL: `${url}/v1` })
  const aiAnthropic = createAnthropic({ apiKey, baseURL: `${url}/v1` })
  const openAiFields = { apiKey, maxRetries: 0, configuration: { baseURL: `${url}/v1` } }
  return {
    'openai chat': openaiChat(openai),
    'openai responses': openaiResponses(openai),
    'azure openai chat': openaiChat(azure),
    'azure openai v1 responses': openaiResponses(azureV1),
    'anthropic messages': anthropicMessages(new Anthropic({ apiKey, baseURL: url, maxRetries: 0 })),
    'ai sdk openai chat': aiSdk((model) => aiOpenAi.chat(model)),
    'ai sdk openai responses': aiSdk((model) => aiOpenAi.responses(model)),
    'ai sdk anthropic': aiSdk((model) => aiAnthropic(model)),
    'langchain openai chat': langchain((model) => new ChatOpenAI({ ...openAiFields, model })),
    'langchain openai responses': langchain((model) => new ChatOpenAI({ ...openAiFields, model, useResponsesApi: true })),
    'langchain anthropic': langchain((model) => new ChatAnthropic({ apiKey, model, anthropicApiUrl: url, maxRetries: 0 })),
  }
}
