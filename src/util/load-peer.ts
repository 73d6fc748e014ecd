import { MissingDependencyError } from '../errors/connector-errors.ts'

/**
 * Imports a package that is installed by those who need it.
 * @throws MissingDependencyError when it is not there.
 */
export async function loadPeer<T>(connector: string, peer: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== 'ERR_MODULE_NOT_FOUND') throw error
    const name = peer.replace(/(?<=.)@.*/, '')
    throw new MissingDependencyError(`${connector} needs the package '${name}', which is not installed.`, {
      remedy: `npm install ${peer}`,
      cause: error,
    })
  }
}
