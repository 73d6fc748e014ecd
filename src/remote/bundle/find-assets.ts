import { join } from 'node:path'
import { BundleError } from '../../errors/bundle-errors.ts'
import { filesBelow, kindOf } from './file-on-disk.ts'
import { globToRegExp, isPattern } from './glob.ts'

/**
 * The files that `assets` name, as paths below the folder of the entry, in order.
 * @throws BundleError for paths that lead out of that folder, name nothing, or are symbolic links.
 */
export async function findAssets(folder: string, assets: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const asset of assets) {
    const wanted = checkPath(asset, folder)
    const files = await filesOf(folder, wanted)
    if (files.length === 0) {
      throw new BundleError(`There is no asset '${asset}' in '${folder}'.`, [], {
        remedy: 'Paths and patterns of assets are relative to the folder of the entry.',
      })
    }
    for (const file of files) found.add(file)
  }
  return [...found].sort()
}

async function filesOf(folder: string, wanted: string): Promise<readonly string[]> {
  if (!isPattern(wanted)) {
    const steps = wanted.split('/')
    for (let depth = 1; depth < steps.length; depth++) await kindOf(join(folder, ...steps.slice(0, depth)))
    const kind = await kindOf(join(folder, wanted))
    if (kind === 'file') return [wanted]
    if (kind === null) return []
    const below = await filesBelow(join(folder, wanted), () => true)
    return below.map((file) => (wanted === '.' ? file : `${wanted}/${file}`))
  }
  const steps = wanted.split('/')
  const base = steps.slice(0, steps.findIndex(isPattern)).join('/')
  if (base !== '' && (await kindOf(join(folder, base))) !== 'folder') return []
  const pattern = globToRegExp(wanted)
  const inner = base === '' ? '' : `${base}/`
  const named = (path: string): boolean => wanted.split('/').includes(path.split('/').at(-1)!)
  const enter = (path: string): boolean => !/(^|\/)(node_modules|\.git)$/.test(path) || named(path)
  const below = await filesBelow(join(folder, base), enter)
  return below.map((file) => inner + file).filter((file) => pattern.test(file))
}

function checkPath(asset: string, folder: string): string {
  const path = asset
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
    .replace(/\/+$/, '')
  if (path !== '' && !/^(\/|[A-Za-z]:)/.test(path) && !path.split('/').includes('..')) return path
  throw new BundleError(`The asset '${asset}' is not below the folder of the entry.`, [], {
    remedy: `Name files, folders or patterns relative to '${folder}', without '..'.`,
  })
}
