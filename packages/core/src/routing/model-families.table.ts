/** Beginnings of model ids that tell the vendor: how a bare id is known before any list has been fetched. */
export const modelFamilies: readonly { readonly pattern: RegExp; readonly types: readonly string[] }[] = [
  { pattern: /^(gpt-|chatgpt-|o1|o3|o4|text-embedding-|davinci|babbage)/, types: ['openai', 'azure_openai'] },
  { pattern: /^claude-/, types: ['anthropic'] },
  { pattern: /^(command|embed-|c4ai-|aya-)/, types: ['cohere'] },
  { pattern: /^grok-/, types: ['grok'] },
  { pattern: /^(gemini-|gemma-|text-embedding-00|gemini-embedding)/, types: ['gemini', 'vertex'] },
  { pattern: /^(mistral-|ministral-|magistral-|codestral|pixtral-|open-mi|devstral|voxtral)/, types: ['mistral'] },
  { pattern: /^deepseek-(chat|reasoner)/, types: ['deepseek'] },
  { pattern: /^(anthropic|amazon|meta|cohere|mistral|ai21|us|eu|apac|global)\.[a-z]/, types: ['bedrock'] },
]
