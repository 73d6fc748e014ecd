import { ProviderAnswerError } from '../../errors/provider-errors.ts'

/** The body of a webhook, whose signature is good, that is not what the provider's type says. */
export function unreadableWebhook(provider: string, why: string): ProviderAnswerError {
  return new ProviderAnswerError(`A webhook of the provider '${provider}' cannot be read: ${why}`, {
    provider,
    remedy: "look whether its sender is what the provider's type says",
  })
}
