/** Our names of providers that OpenTelemetry's GenAI conventions call otherwise (gen-ai registry, `gen_ai.provider.name`, 2026). */
const conventional: Readonly<Record<string, string | undefined>> = {
  azure_openai: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  gemini: 'gcp.gemini',
  vertex: 'gcp.vertex_ai',
  grok: 'x_ai',
  mistral: 'mistral_ai',
}

/** A provider's name in the conventions; other names are kept. */
export function toGenAiProvider(provider: string): string {
  return conventional[provider] ?? provider
}
