import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Bad usage: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Reads a command's flags. @throws UsageError for an unknown flag or a missing value. */
export function readFlags<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options; args: string[]; allowPositionals: false }>>['values'] {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false, strict: true }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'bad arguments')
  }
}

/** Reads a command's flags and its arguments. @throws UsageError for an unknown flag or a missing value. */
export function readArguments<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options; args: string[]; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'bad arguments')
  }
}
