import { createProvider } from '../../providers/create-provider.ts'
import { readTokenFile } from '../daemon/token-file.ts'
import { webhookSource } from '../webhooks/incoming/webhook-source.ts'
import { AddressGuard } from '../webhooks/outgoing/address-guard.ts'
import type { FileSettings } from './settings-schema.ts'

/**
 * Looks at what settings only name, files and variables of the environment, and at what only those who use it can tell.
 * For who is about to start a server, and can still be told. @throws InvalidArgumentError
 */
export async function checkSettings({ tokenFile, providers = [], webhooks }: FileSettings): Promise<void> {
  if (tokenFile !== undefined) readTokenFile(tokenFile)
  void new AddressGuard(webhooks?.allowPrivate)
  for (const config of providers) {
    const provider = createProvider(config)
    try {
      webhookSource(provider, config)
    } finally {
      await provider.close()
    }
  }
}
