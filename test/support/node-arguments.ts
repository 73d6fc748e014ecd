import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The runner's copy of everything in JavaScript, where a runner that has made one has started this process. */
const built = (): string | undefined => process.env['TEST_BUILT']

/** For node, so that it reads TypeScript, wherever it is started. */
export function typescript(): string[] {
  const copy = built()
  return [
    '--import',
    copy === undefined
      ? import.meta.resolve('tsx')
      : pathToFileURL(join(copy, 'test/support/built/loader.js')).href,
  ]
}

/**
 * For node, to run a module of this checkout, such as `src/cli/main.ts`: as it would be installed where the runner has
 * built it, which is much faster. The module must not look for files beside itself.
 */
export function running(module: string): string[] {
  const copy = built()
  return copy === undefined
    ? [...typescript(), join(root, module)]
    : [join(copy, module.replace(/\.ts$/, '.js'))]
}
