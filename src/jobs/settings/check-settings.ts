import { readTokenFile } from '../daemon/token-file.ts'
import type { FileSettings } from './settings-schema.ts'

/**
 * Looks at what settings only name: files, and variables of the environment. For who is about to start a server, and
 * can still be told. @throws InvalidArgumentError
 */
export function checkSettings({ tokenFile }: FileSettings): void {
  if (tokenFile !== undefined) readTokenFile(tokenFile)
}
