import { type PageAsset, pageAssets } from '../../page/page-assets.ts'
import type { ServerHono, ServerRequest } from '../server-context.ts'

/** Nothing but what comes from here is run, shown or asked; no page of others may hold this one. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Places in the page, which all are the same file. */
export const pagePlaces: readonly string[] = ['/', '/jobs', '/jobs/:id', '/jobs/:id/:tab', '/server']

/** What the page is made of. */
export const pageAsset = '/assets/:name'

/** The web page. It needs no token: what it shows does. */
export function addPageRoutes(app: ServerHono): void {
  for (const place of pagePlaces) {
    app.get(place, async (c) => {
      const page = (await pageAssets()).get('/')!
      c.header('Content-Security-Policy', policy)
      c.header('Referrer-Policy', 'no-referrer')
      return send(c, page)
    })
  }
  app.get(pageAsset, async (c, next) => {
    const asset = (await pageAssets()).get(c.req.path)
    if (asset === undefined) return next()
    return send(c, asset)
  })
}

function send(c: ServerRequest, { type, bodies, etag, isLasting }: PageAsset): Response {
  c.header('ETag', etag)
  c.header('Vary', 'Accept-Encoding')
  c.header('Cache-Control', isLasting ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (c.req.header('if-none-match')?.includes(etag) === true) return c.body(null, 304)
  const accepted = c.req.header('accept-encoding') ?? ''
  const coding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : ''
  if (coding !== '') c.header('Content-Encoding', coding)
  c.header('Content-Type', type)
  return c.body(bodies[coding] as Uint8Array<ArrayBuffer>)
}
