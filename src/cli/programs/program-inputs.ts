import type { BuildResult } from 'esbuild'
import { dirname, resolve } from 'node:path'

/** Puts a program together, without packages and without writing anything. @throws BuildFailure of esbuild */
export async function buildProgram(path: string): Promise<BuildResult<{ metafile: true }>> {
  const { build } = await import('esbuild')
  return build({
    entryPoints: [path],
    absWorkingDir: dirname(path),
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
    loader: { '.node': 'empty' },
  })
}

/**
 * The files that a program is made of, without packages: absolute paths, the program first. Null where they cannot be
 * told, since something is wrong with one of them.
 */
export async function programInputs(path: string): Promise<readonly string[] | null> {
  try {
    const { metafile } = await buildProgram(path)
    const inputs = Object.keys(metafile.inputs).map((input) => resolve(dirname(path), input))
    return [...new Set([path, ...inputs])]
  } catch {
    return null
  }
}
