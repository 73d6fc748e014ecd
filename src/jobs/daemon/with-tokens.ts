import { SqliteJobStore } from '../store/sqlite-job-store.ts'
import type { TokenStore } from '../store/token-store.ts'
import { dataFolder, makeDataFolder } from './data-folder.ts'

/**
 * Works on the tokens of a data folder, whether its server runs or not: it looks them up in the same database, at each
 * request. So there can be a first token before there is a server that needs one.
 */
export function withTokens<T>(data: string | undefined, work: (tokens: TokenStore) => T): T {
  const folder = dataFolder(data)
  makeDataFolder(folder)
  const store = new SqliteJobStore({ file: folder.database })
  try {
    return work(store.tokens)
  } finally {
    store.close()
  }
}
