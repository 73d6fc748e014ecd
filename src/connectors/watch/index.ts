export { type WatchedFile, watchDirectory, type WatchOptions } from './watch-directory.ts'
export type { FilePattern } from './file-pattern.ts'
export type { SourceClass } from '../common/source-class.ts'
export { WatchError } from '../../errors/connector-errors.ts'
