type Section = Readonly<Record<string, unknown>>

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a file says, at length: `webhook_url` of a provider is `url` of its `webhook`. */
export function withoutShorthands(content: unknown): unknown {
  if (!isSection(content) || !Array.isArray(content['providers'])) return content
  return { ...content, providers: content['providers'].map(withoutWebhookUrl) }
}

/** Where both are given it is left, and told of as what there is not. */
function withoutWebhookUrl(provider: unknown): unknown {
  if (!isSection(provider) || !Object.hasOwn(provider, 'webhook_url')) return provider
  const { webhook_url: url, webhook = {}, ...rest } = provider
  if (!isSection(webhook) || Object.hasOwn(webhook, 'url')) return provider
  return { ...rest, webhook: { ...webhook, url } }
}
