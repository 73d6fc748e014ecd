// Module hooks of node, in the built copy: make it read TypeScript, as tsx does, but what is built already.

import { existsSync, readFileSync } from 'node:fs'
import type { LoadHook, ResolveHook } from 'node:module'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const copy = pathToFileURL(`${process.env['TEST_BUILT']}/`).href
const checkout = new URL('../../../../', copy).href
const library = `${checkout}src/`
const { exports } = JSON.parse(readFileSync(new URL('package.json', copy), 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly default?: string }>>
}

/**
 * Built modules name each other `.js`, as modules that a test has written may. Those of the library are run where they
 * were built, as they would be installed; others keep the names that they have in the checkout, as they look for files
 * beside themselves.
 */
export const resolve: ResolveHook = async (specifier, context, next) => {
  const { parentURL = '' } = context
  if (/^millrace(?:\/|$)/.test(specifier))
    return module(entryPoint(specifier) ?? (await next(specifier, context)).url)
  if (!specifier.startsWith('.')) return next(specifier, context)
  if (parentURL.startsWith(copy)) return module(new URL(specifier, parentURL).href)
  const url = new URL(specifier, parentURL).href.replace(/\.js$/, '.ts')
  const built = builtOf(url)
  if (built !== undefined) return module(url.startsWith(library) ? built : url)
  const isTypeScript = url.endsWith('.ts') && existsSync(new URL(url))
  return isTypeScript ? module(url) : next(specifier, context)
}

const module = (url: string): Awaited<ReturnType<ResolveHook>> => ({
  url,
  format: 'module',
  shortCircuit: true,
})

/** Of the library, as its package tells. */
function entryPoint(specifier: string): string | undefined {
  const path = exports[`.${specifier.slice('millrace'.length)}`]?.default
  return path === undefined ? undefined : new URL(path.replace(/^\.\/dist\//, 'src/'), copy).href
}

export const load: LoadHook = async (url, context, next) => {
  if (!/^file:.*\.m?ts(\?|$)/.test(url)) return next(url, context)
  const [plain] = url.split('?') as [string]
  const built = builtOf(plain)
  return {
    format: 'module',
    source: built === undefined ? await translated(plain) : read(built),
    shortCircuit: true,
  }
}

/** Where a module of the checkout was built. */
function builtOf(url: string): string | undefined {
  if (!url.startsWith(checkout) || !url.endsWith('.ts')) return undefined
  const built = `${copy}${url.slice(checkout.length, -'.ts'.length)}.js`
  return existsSync(new URL(built)) ? built : undefined
}

/** Its map lies beside it, and not beside the module whose name it is given. */
const read = (built: string): string =>
  readFileSync(new URL(built), 'utf8').replace(
    /\n\/\/# sourceMappingURL=.*\s*$/,
    `\n//# sourceMappingURL=${new URL(built).pathname}.map\n`,
  )

/** Of programs that a test has written. */
async function translated(url: string): Promise<string> {
  const { transform } = await import('esbuild')
  const file = fileURLToPath(url)
  const { code } = await transform(readFileSync(file, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile: file,
    sourcemap: 'inline',
    sourcesContent: false,
  })
  return code
}
