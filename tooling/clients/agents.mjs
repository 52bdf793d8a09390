// Coding agents as users run them: what to install, how to start one headless, and in which words its model calls its tools. Pinned, so that a new
// release is looked at before it is tested against.

/** What an agent is asked to do, in its working folder. */
export const task = 'Change the greeting in greeting.txt from world to gateway.'

/** A model's turns: it reads the file, edits it, and says so. `file` is the file's full path. */
export const agents = {
  'claude-code': {
    package: '@anthropic-ai/claude-code@2.1.332',
    setup: '@anthropic-ai/claude-code/install.cjs',
    bin: 'claude',
    args: ({ model }) => ['-p', task, '--model', model, '--output-format', 'json', '--permission-mode', 'acceptEdits'],
    env: ({ url, model }) => ({
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: 'none',
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    }),
    calls: (file) => [
      [{ name: 'Read', arguments: { file_path: file } }],
      [{ name: 'Edit', arguments: { file_path: file, old_string: 'world', new_string: 'gateway' } }],
    ],
  },
  codex: {
    package: '@openai/codex@0.171.0',
    bin: 'codex',
    args: ({ url, model }) => [
      ...['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '-m', model],
      ...['-c', 'model_provider="proxyapi"'],
      ...['-c', `model_providers.proxyapi={ name = "ProxyAPI", base_url = "${url}/v1", wire_api = "responses", env_key = "PROXYAPI_KEY" }`],
      task,
    ],
    env: () => ({ PROXYAPI_KEY: 'none' }),
    calls: () => [
      [{ name: 'exec_command', arguments: { cmd: 'cat greeting.txt' } }],
      [{ name: 'exec_command', arguments: { cmd: 'sed -i s/world/gateway/ greeting.txt' } }],
    ],
  },
  opencode: {
    package: 'opencode-ai@1.18.33',
    setup: 'opencode-ai/postinstall.mjs',
    bin: 'opencode',
    args: ({ model }) => ['run', '--pure', '--model', `proxyapi/${model}`, task],
    env: ({ url, model }) => ({
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        autoupdate: false,
        share: 'disabled',
        provider: {
          proxyapi: {
            npm: '@ai-sdk/openai-compatible',
            options: { baseURL: `${url}/v1`, apiKey: 'none' },
            models: { [model]: {} },
          },
        },
      }),
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    }),
    calls: (file) => [
      [{ name: 'read', arguments: { filePath: file } }],
      [{ name: 'edit', arguments: { filePath: file, oldString: 'world', newString: 'gateway' } }],
    ],
  },
}
