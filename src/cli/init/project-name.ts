import { basename } from 'node:path'

/** As npm has it, though without what only old packages are called. */
const pattern = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/

export const isProjectName = (name: string): boolean => name.length <= 214 && pattern.test(name)

/** A name for the project in a folder: that of the folder, as far as a package can be called so. */
export function projectNameOf(folder: string): string {
  const name = basename(folder)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[-._]+|[-._]+$/g, '')
    .slice(0, 214)
  // Installed into itself it could not be.
  return isProjectName(name) && name !== 'millrace' && name !== 'node_modules' ? name : 'my-pipeline'
}
