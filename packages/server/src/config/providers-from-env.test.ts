import { expect, it } from 'vitest'
import { providersFromEnv } from './providers-from-env.ts'

it.each<[string, Record<string, string>, readonly object[]]>([
  ['nothing', {}, []],
  ['an empty key', { OPENAI_API_KEY: '' }, []],
  ['a key', { OPENAI_API_KEY: 'k' }, [{ name: 'openai', api_key: 'k' }]],
  ['a key and an address', { CO_API_URL: 'http://c', COHERE_API_KEY: 'k' }, [{ name: 'cohere', api_key: 'k', base_url: 'http://c' }]],
  ['an address without a key', { OPENAI_BASE_URL: 'http://o' }, []],
  [
    'a rerank provider',
    { VOYAGE_API_KEY: 'v', JINA_API_KEY: 'j' },
    [
      { name: 'voyage', api_key: 'v' },
      { name: 'jina', api_key: 'j' },
    ],
  ],
  ['Azure without its address', { AZURE_OPENAI_API_KEY: 'z' }, []],
  [
    'Azure',
    { AZURE_OPENAI_API_KEY: 'z', AZURE_OPENAI_ENDPOINT: 'https://a', OPENAI_API_VERSION: '2024-10-21' },
    [{ name: 'azure_openai', api_key: 'z', base_url: 'https://a', api_version: '2024-10-21' }],
  ],
  [
    'Bedrock by keys',
    { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 't', AWS_DEFAULT_REGION: 'eu-west-1' },
    [{ name: 'bedrock', access_key_id: 'a', secret_access_key: 'b', session_token: 't', region: 'eu-west-1' }],
  ],
  ['Bedrock by half a key', { AWS_ACCESS_KEY_ID: 'a' }, []],
  [
    'Bedrock by token, whatever keys there are',
    { AWS_BEARER_TOKEN_BEDROCK: 'k', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    [{ name: 'bedrock', api_key: 'k' }],
  ],
  ['Ollama by its bare host', { OLLAMA_HOST: '127.0.0.1:11434' }, [{ name: 'ollama', base_url: 'http://127.0.0.1:11434' }]],
  ['Ollama by a host without a port', { OLLAMA_HOST: '127.0.0.1' }, [{ name: 'ollama', base_url: 'http://127.0.0.1:11434' }]],
  ['Ollama by a name', { OLLAMA_HOST: 'ollama' }, [{ name: 'ollama', base_url: 'http://ollama:11434' }]],
  ['Ollama by the address that its server binds', { OLLAMA_HOST: '0.0.0.0' }, [{ name: 'ollama', base_url: 'http://127.0.0.1:11434' }]],
  ['Ollama at port 80', { OLLAMA_HOST: 'ollama:80' }, [{ name: 'ollama', base_url: 'http://ollama' }]],
  ['Ollama by IPv6', { OLLAMA_HOST: '[::1]' }, [{ name: 'ollama', base_url: 'http://[::1]:11434' }]],
  ['Ollama by a URL without a port', { OLLAMA_HOST: 'http://ollama' }, [{ name: 'ollama', base_url: 'http://ollama' }]],
  ['Ollama by its URL', { OLLAMA_BASE_URL: 'https://o' }, [{ name: 'ollama', base_url: 'https://o' }]],
])('reads %s', (_name, env, expected) => {
  expect(providersFromEnv(env)).toEqual(expected)
})
