import { webhookSecretsOf } from '../../providers/config/secrets.ts'
import { createProvider } from '../../providers/create-provider.ts'
import { readTokenFile } from '../daemon/token-file.ts'
import type { FileSettings } from './settings-schema.ts'

/**
 * Looks at what settings only name: files, and variables of the environment. For who is about to start a server, and
 * can still be told. @throws InvalidArgumentError
 */
export async function checkSettings({ tokenFile, providers = [] }: FileSettings): Promise<void> {
  if (tokenFile !== undefined) readTokenFile(tokenFile)
  for (const config of providers) {
    webhookSecretsOf(config)
    await createProvider(config).close()
  }
}
