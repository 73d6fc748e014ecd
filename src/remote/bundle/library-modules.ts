import type { Plugin, PluginBuild } from 'esbuild'
import { dirname } from 'node:path'
import { packageOf } from './package-of.ts'

/** Parts of this library that submit jobs, start workers, or run a server: a job does none of it. */
const left =
  /[\\/](?:src|dist)[\\/](jobs[\\/]index|remote[\\/]submitter|cluster[\\/]submit[\\/]submitter|ray[\\/]workers[\\/]\w+-workers)\.[jt]s$/

/** Packages that this library asks for only where somebody uses what needs them; a project need not have them. */
const peers = /^(?:csv-parse|ws)$/

/** Leaves out of a bundle what of this library a job has no use for, and what could not be carried. */
export const libraryModules: Plugin = {
  name: 'millrace-library',
  setup(build) {
    build.onLoad({ filter: left, namespace: 'file' }, async ({ path }) => {
      if (packageOf(dirname(path))?.manifest.name !== 'millrace') return undefined
      const names = await exportsOf(build, path)
      const lines = names.map((name) => `export const ${name} = absent(${JSON.stringify(name)})`)
      return { contents: `${stub}\n${lines.join('\n')}`, loader: 'js' }
    })
    build.onResolve({ filter: peers }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === asked) return undefined
      if (packageOf(dirname(importer))?.manifest.name !== 'millrace') return undefined
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: asked })
      // The job that needs it says so.
      return found.errors.length === 0 ? found : { path, external: true }
    })
  },
}

/** Marks the question that this plugin asks itself. */
const asked = { isAsked: true }

const stub = `const absent = (name) => function () {
  throw new Error(name + ' of millrace is not part of a job: keep it to the program that submits, with insideJob().')
}`

async function exportsOf(build: PluginBuild, path: string): Promise<readonly string[]> {
  const { metafile } = await build.esbuild.build({
    entryPoints: [path],
    bundle: false,
    write: false,
    metafile: true,
    format: 'esm',
    logLevel: 'silent',
  })
  return Object.values(metafile.outputs).flatMap(({ exports }) => exports)
}
