/** Whether a server answers at its root with a page. */
export async function hasPage(url: string, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(url, { headers: { accept: 'text/html' }, signal })
  await response.body?.cancel()
  return response.ok && /^text\/html\b/i.test(response.headers.get('content-type') ?? '')
}
