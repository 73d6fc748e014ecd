import { resolve } from 'node:path'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { outputFormats } from '../output/output-format.ts'
import type { ConfigFile, ServerContext } from './config-file.ts'
import { contextNamed, isServerUrl, unknownContext, withContext } from './contexts.ts'

/** What can be set in the configuration file. The last three belong to a context. */
export const configKeys = ['context', 'output', 'timeout', 'url', 'token', 'tokenFile'] as const

export type ConfigKey = (typeof configKeys)[number]

/** Undefined for a text that is no time. */
export const asSeconds = (text: string): number | undefined => {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0
  return seconds > 0 && seconds <= 1_000_000 ? seconds : undefined
}

/**
 * The file with a setting as given, in place of what it was.
 *
 * @param context whose setting it is, for those of a context; must be in the file.
 * @param path of the file, for messages.
 * @throws InvalidArgumentError
 */
export function withSetting(
  config: ConfigFile,
  key: ConfigKey,
  text: string,
  { context, path }: { readonly context: string | undefined; readonly path: string },
): ConfigFile {
  switch (key) {
    case 'context':
      if (contextNamed(config, text) === undefined) throw unknownContext(text, config, path)
      return { ...config, context: text }
    case 'output': {
      const output = outputFormats.find((one) => one === text)
      if (output === undefined) throw wrong(key, text, `choose one of ${outputFormats.join(', ')}`)
      return { ...config, output }
    }
    case 'timeout': {
      const timeout = asSeconds(text)
      if (timeout === undefined) throw wrong(key, text, 'give seconds, as in 30 or 0.5')
      return { ...config, timeout }
    }
    case 'url':
    case 'token':
    case 'tokenFile': {
      const name = chosen(context, key)
      const server = contextNamed(config, name)
      if (server === undefined) throw unknownContext(name, config, path)
      return withContext(config, name, withServerSetting(server, key, text))
    }
  }
}

/** A context has one token: the newest that it was given, itself or as a file. */
export function withServerSetting(
  server: ServerContext,
  key: 'url' | 'token' | 'tokenFile',
  text: string,
): ServerContext {
  const { token: _token, tokenFile: _tokenFile, ...rest } = server
  switch (key) {
    case 'url':
      if (!isServerUrl(text)) throw wrong(key, text, 'give an address like http://127.0.0.1:19001')
      return { ...server, url: text }
    case 'token':
      return { ...rest, token: text }
    case 'tokenFile':
      return { ...rest, tokenFile: resolve(text) }
  }
}

/** The file without a setting. @throws InvalidArgumentError */
export function withoutSetting(
  config: ConfigFile,
  key: ConfigKey,
  { context, path }: { readonly context: string | undefined; readonly path: string },
): ConfigFile {
  if (key === 'context' || key === 'output' || key === 'timeout') {
    const { [key]: _removed, ...rest } = config
    return rest
  }
  const name = chosen(context, key)
  const server = contextNamed(config, name)
  if (server === undefined) throw unknownContext(name, config, path)
  const { [key]: _removed, ...rest } = server
  return withContext(config, name, rest)
}

function chosen(context: string | undefined, key: ConfigKey): string {
  if (context !== undefined) return context
  throw new InvalidArgumentError(`\`${key}\` belongs to a context, and none is in use.`, {
    remedy: 'name one with --context, or make one with millrace config set-context',
  })
}

const wrong = (key: ConfigKey, text: string, remedy: string): InvalidArgumentError =>
  new InvalidArgumentError(`\`${key}\` cannot be \`${text}\`.`, { remedy })
