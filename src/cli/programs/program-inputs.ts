import { dirname, resolve } from 'node:path'

/**
 * The files that a program is made of, without packages: absolute paths, the program first. Null where they cannot be
 * told, since something is wrong with one of them.
 */
export async function programInputs(path: string): Promise<readonly string[] | null> {
  const { build } = await import('esbuild')
  const folder = dirname(path)
  try {
    const { metafile } = await build({
      entryPoints: [path],
      absWorkingDir: folder,
      bundle: true,
      write: false,
      metafile: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      logLevel: 'silent',
      loader: { '.node': 'empty' },
    })
    return [...new Set([path, ...Object.keys(metafile.inputs).map((input) => resolve(folder, input))])]
  } catch {
    return null
  }
}
