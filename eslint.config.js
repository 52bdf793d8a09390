import tseslint from 'typescript-eslint'

/** The outside world comes in through Deps: these are for `deps.ts`, the process and tests. */
const worldly = ['fetch', 'setTimeout', 'setInterval', 'performance', 'crypto', 'process'].map((name) => ({
  name,
  message: 'Take it from Deps, so that tests and the simulator can replace it.',
}))

const size = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  'max-params': ['error', 3],
}

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/*.mjs',
      '**/*.cjs',
      '**/*.js',
      'bench/**',
      '**/tsup.config.ts',
      'vitest.config.ts',
      'tooling/**',
    ],
  },
  {
    files: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/__fixtures__/**'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      ...size,
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      'no-restricted-globals': ['error', ...worldly],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take the time from Deps.' },
        { object: 'Math', property: 'random', message: 'Take chance from Deps.' },
      ],
    },
  },
  {
    // Where the world is let in: the system's Deps, sockets, the process, and tests.
    files: ['**/deps.ts', 'packages/*/src/node/**', 'apps/*/src/{cli,worker,system-context}.ts', 'apps/*/src/commands/**', '**/*.test.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },
  {
    // Data is read by the row.
    files: ['packages/*/src/**/*.table.ts', 'packages/*/src/**/*.list.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    files: ['**/*.test.ts', 'apps/*/test/**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    rules: { 'max-lines': ['error', 600] },
  },
)
