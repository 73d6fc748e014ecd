import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { build as esbuild, type Plugin } from 'esbuild'

const cache = 'node_modules/.cache/millrace-test'

/** What tests run: the library, themselves, and the programs that they start. */
const folders = ['src', 'test', 'examples', 'bench']

/** Layers whose sources the page is made from. */
const ofThePage = ['page', 'util', 'job', 'runtime', 'protocol']

/**
 * Translates everything that tests run to JavaScript, into a folder of this run that is gone with this process. The
 * modules lie as they lie here, so that those that do not look for other files can be run from there.
 */
export async function build(): Promise<string> {
  sweep()
  const folder = join(process.cwd(), cache, String(process.pid))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  copyFileSync('package.json', join(folder, 'package.json'))
  cpSync('templates', join(folder, 'templates'), { recursive: true })
  // The page is put together as a whole, from the sources, when somebody looks at it.
  for (const layer of ofThePage) cpSync(join('src', layer), join(folder, 'src', layer), { recursive: true })
  await esbuild({
    entryPoints: folders.flatMap(modulesIn),
    outdir: folder,
    outbase: '.',
    bundle: true,
    plugins: [eachByItself],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'error',
  })
  return folder
}

/** Nothing is put together: only the names of modules change, as those of their files do. */
const eachByItself: Plugin = {
  name: 'each by itself',
  setup({ onResolve }) {
    onResolve({ filter: /^/ }, ({ kind, path }) =>
      kind === 'entry-point'
        ? undefined
        : { path: path.startsWith('.') ? path.replace(/\.ts$/, '.js') : path, external: true },
    )
  },
}

const modulesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => join(folder, path))

/** What runs have left that were killed. */
function sweep(): void {
  mkdirSync(cache, { recursive: true })
  for (const name of readdirSync(cache)) {
    if (/^\d+$/.test(name) && !isAlive(Number(name)))
      rmSync(join(cache, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
