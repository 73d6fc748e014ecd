import type { Plugin, PluginBuild } from 'esbuild'
import { dirname } from 'node:path'
import { packageOf } from './package-of.ts'

/** Parts of this library that submit jobs, or run a server: a job does neither. */
const left = /[\\/](?:src|dist)[\\/](jobs[\\/]index|remote[\\/]submitter)\.[jt]s$/

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
  },
}

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
