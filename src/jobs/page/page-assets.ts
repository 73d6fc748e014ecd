import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { PageFile } from './bundle-page.ts'

/** A file of the page as it is sent. */
export interface PageAsset {
  readonly type: string
  /** By content coding; '' is as it is. */
  readonly bodies: Readonly<Record<'' | 'br' | 'gzip', Uint8Array>>
  readonly etag: string
  /** Whether what its path leads to never changes. */
  readonly isLasting: boolean
}

/** By path on the server. */
export type PageAssets = ReadonlyMap<string, PageAsset>

const types: Readonly<Record<string, string>> = {
  '': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

let loaded: Promise<PageAssets> | undefined

/** The web page: as it was built with the package, or, when that runs from its sources, built from these. */
export function pageAssets(): Promise<PageAssets> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined
    throw error
  })
  return loaded
}

async function load(): Promise<PageAssets> {
  const folder = fileURLToPath(new URL('../../page/', import.meta.url))
  const files = existsSync(join(folder, 'main.tsx')) ? await fromSources(folder) : await asBuilt(folder)
  const assets = await Promise.all(files.map(async (file) => [file.path, await assetOf(file)] as const))
  return new Map(assets)
}

async function fromSources(folder: string): Promise<readonly PageFile[]> {
  const { bundlePage } = await import('./bundle-page.ts')
  return bundlePage(folder)
}

async function asBuilt(folder: string): Promise<readonly PageFile[]> {
  const assets = await readdir(join(folder, 'assets'))
  return Promise.all(
    [
      { path: '/', file: join(folder, 'index.html') },
      ...assets.map((name) => ({ path: `/assets/${name}`, file: join(folder, 'assets', name) })),
    ].map(async ({ path, file }) => ({ path, bytes: await readFile(file) })),
  )
}

async function assetOf({ path, bytes }: PageFile): Promise<PageAsset> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
  const [br, gz] = await Promise.all([promisify(brotliCompress)(bytes, { params }), promisify(gzip)(bytes)])
  return {
    type: types[extname(path)]!,
    bodies: { '': bytes, br, gzip: gz },
    etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`,
    isLasting: path !== '/',
  }
}
