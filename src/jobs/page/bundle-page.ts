import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/** A file of the page, by its path on the server. */
export interface PageFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/**
 * The web page from its sources: the page itself, one script, one style sheet, one picture. What is referred to has a
 * part of its hash in its name, so that browsers may keep it for good. @param folder of the sources
 */
export async function bundlePage(folder: string): Promise<readonly PageFile[]> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'main.tsx')],
    bundle: true,
    minify: true,
    write: false,
    outdir: 'page',
    platform: 'browser',
    format: 'esm',
    target: ['chrome112', 'firefox113', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const output = (end: string): Uint8Array => outputFiles.find(({ path }) => path.endsWith(end))!.contents
  const icon = await readFile(join(folder, 'icon.svg'))
  const assets = [
    named('icon.svg', icon),
    named('page.css', output('.css')),
    // It shows the picture, too.
    named(
      'page.js',
      Buffer.from(withNames(Buffer.from(output('.js')).toString(), [named('icon.svg', icon)])),
    ),
  ]
  const html = withNames(await readFile(join(folder, 'index.html'), 'utf8'), assets)
  return [{ path: '/', bytes: Buffer.from(html) }, ...assets.map(({ path, bytes }) => ({ path, bytes }))]
}

interface Asset extends PageFile {
  /** What the sources call it. */
  readonly source: string
}

function named(name: string, bytes: Uint8Array): Asset {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  const [stem, end] = name.split('.')
  return { source: `/assets/${name}`, path: `/assets/${stem}-${hash}.${end}`, bytes }
}

const withNames = (text: string, assets: readonly Asset[]): string =>
  assets.reduce((changed, { source, path }) => changed.replaceAll(source, path), text)
