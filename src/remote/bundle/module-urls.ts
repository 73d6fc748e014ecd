import type { Loader, Plugin, PluginBuild } from 'esbuild'
import { readFile } from 'node:fs/promises'
import { dirname, relative, sep } from 'node:path'

/** What stands for `import.meta` in modules that name it, in the output: esbuild may put a number behind. */
export const moduleUrl = '__millrace_url'
export const moduleFolder = '__millrace_folder'
export const moduleFile = '__millrace_file'

/** What stands for `__dirname` and `__filename`, which are nowhere in a bundle. */
export const lostNames: Readonly<Record<string, string>> = {
  __millrace_lost_dirname: '__dirname',
  __millrace_lost_filename: '__filename',
}

const module = '__millrace_module'
const namespace = 'millrace-module'
const added = `\n;import * as ${module} from `

/** The text of a module as its file has it. */
export function withoutAddition(text: string): string {
  const at = text.lastIndexOf(added)
  return at === -1 ? text : text.slice(0, at)
}

export const moduleDefines: Readonly<Record<string, string>> = {
  'import.meta.url': `${module}.${moduleUrl}`,
  'import.meta.dirname': `${module}.${moduleFolder}`,
  'import.meta.filename': `${module}.${moduleFile}`,
  ...Object.fromEntries(Object.entries(lostNames).map(([lost, name]) => [name, lost])),
}

/** The bundle's own URL, a `require` for packages that are shipped beside it, and what stands for keeping names. */
export const moduleBanner: string = [
  "import { createRequire as __millrace_createRequire } from 'node:module'",
  'const __millrace_base = import.meta.url',
  'const require = __millrace_createRequire(__millrace_base)',
  'const __kept = (made) => made',
].join('; ')

/**
 * Gives each module of a bundle a URL of its own: in the job's working folder, where it lay below the folder of the
 * entry, so that what is shipped as an asset is found with `new URL('./file', import.meta.url)`.
 */
export function moduleUrls(entry: string): Plugin {
  const place = (path: string): string =>
    relative(dirname(entry), path).split(sep).map(encodeURIComponent).join('/')
  return {
    name: namespace,
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, async ({ path }) => {
        const text = await readFile(path, 'utf8')
        const loader = loaderOf(path)
        if (!text.includes('import.meta') || !(await uses(build, text, loader))) return undefined
        // Imports are hoisted: at the end, this one moves no line.
        const name = JSON.stringify(`${namespace}:${place(path)}`)
        return { contents: `${text}${added}${name}`, loader }
      })
      build.onResolve({ filter: new RegExp(`^${namespace}:`) }, ({ path }) => ({
        path: path.slice(namespace.length + 1),
        namespace,
        sideEffects: false,
      }))
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: urlsOf(path, path === place(entry)),
        loader: 'js',
      }))
    },
  }
}

/** Whether the words stand in code: an import makes no module of what has them in a comment. */
async function uses(build: PluginBuild, text: string, loader: Loader): Promise<boolean> {
  try {
    const { code } = await build.esbuild.transform(text, {
      loader,
      define: { ...moduleDefines },
      logLevel: 'silent',
    })
    return code.includes(`${module}.`)
  } catch {
    // Bundling it tells what is wrong with it.
    return false
  }
}

function urlsOf(place: string, isEntry: boolean): string {
  // The entry is where the bundle is, so that it can tell that it is what is run.
  const url = isEntry ? '__millrace_base' : `new URL(${JSON.stringify(place)}, __millrace_base).href`
  return [
    `import { fileURLToPath } from 'node:url'`,
    `export const ${moduleUrl} = /* @__PURE__ */ (() => ${url})()`,
    `export const ${moduleFolder} = /* @__PURE__ */ fileURLToPath(/* @__PURE__ */ new URL('.', ${moduleUrl}))`,
    `export const ${moduleFile} = /* @__PURE__ */ fileURLToPath(${moduleUrl})`,
  ].join('\n')
}

function loaderOf(path: string): Loader {
  if (/\.[cm]?ts$/.test(path)) return 'ts'
  if (path.endsWith('.tsx')) return 'tsx'
  return path.endsWith('.jsx') ? 'jsx' : 'js'
}
