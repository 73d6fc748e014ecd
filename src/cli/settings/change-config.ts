import { readFileSync } from 'node:fs'
import process from 'node:process'
import { type ConfigFile, configPath, readConfig, writeConfig } from './config-file.ts'

/** Reads the configuration file, and replaces it by what is made of it. @throws InvalidArgumentError */
export function changeConfig(change: (config: ConfigFile, path: string) => ConfigFile): void {
  const path = configPath(process.env)
  writeConfig(path, change(readConfig(path), path))
}

/** Which context a change is for. */
export const contextToChange = (given: string | undefined, { context }: ConfigFile): string | undefined =>
  given ?? (process.env['MILLRACE_CONTEXT'] || context)

export const readStandardInput = (): string => readFileSync(0, 'utf8')
