import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { ConfigFile, ServerContext } from './config-file.ts'

/** Undefined where there is none of that name. */
export const contextNamed = ({ contexts = {} }: ConfigFile, name: string): ServerContext | undefined =>
  Object.hasOwn(contexts, name) ? contexts[name] : undefined

/** The file with a context as given, new or in place of the one that has the name. */
export const withContext = (config: ConfigFile, name: string, server: ServerContext): ConfigFile => ({
  ...config,
  contexts: { ...config.contexts, [name]: server },
})

/** The file without a context; if it was the one in use, none is then. */
export function withoutContext({ context, contexts = {}, ...rest }: ConfigFile, name: string): ConfigFile {
  const { [name]: _removed, ...others } = contexts
  return {
    ...(context === undefined || context === name ? {} : { context }),
    ...rest,
    ...(Object.keys(others).length === 0 ? {} : { contexts: others }),
  }
}

/** @param where it was looked for. */
export function unknownContext(
  name: string,
  { contexts = {} }: ConfigFile,
  where: string,
): InvalidArgumentError {
  const names = Object.keys(contexts)
  const make = `millrace config set-context ${name} --url http://127.0.0.1:19001`
  return new InvalidArgumentError(`There is no context \`${name}\` in ${where}.`, {
    remedy:
      names.length === 0 ? `make it: ${make}` : `choose one of ${names.join(', ')}, or make it: ${make}`,
  })
}

/** Names that need no quotes in a shell and can be told from options. @throws InvalidArgumentError */
export function checkContextName(name: string): void {
  if (/^\w[\w.@-]{0,99}$/.test(name) && name !== '__proto__') return
  throw new InvalidArgumentError(`\`${name}\` cannot be the name of a context.`, {
    remedy: 'a name has letters, digits and . _ - @, and starts with a letter or digit',
  })
}

export const isServerUrl = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
