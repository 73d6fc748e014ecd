import { constants } from 'node:fs'
import { copyFile, mkdir, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MissingFilesError } from '../../errors/job-server-errors.ts'
import type { Program, ProgramFile } from '../../protocol/submission.ts'
import { codeOf } from '../../storage/file/disk.ts'

/**
 * Puts the files of a program into a folder. They are copies, so that a job that writes to its assets writes to its
 * own; where the file system can, they share their blocks. Files that are there are the job's by now, and stay.
 * @param pathOf where the file of a hash is
 * @throws MissingFilesError
 */
export async function placeProgram(
  { files }: Pick<Program, 'files'>,
  folder: string,
  pathOf: (hash: string) => string,
): Promise<void> {
  for (const file of files) {
    const target = join(folder, ...file.path.split('/'))
    if (await isThere(target)) continue
    await mkdir(dirname(target), { recursive: true })
    // A server that dies meanwhile leaves no half of a file under its name.
    await copy(pathOf(file.hash), `${target}.new`, file)
    await rename(`${target}.new`, target)
  }
}

async function copy(from: string, to: string, { path, hash }: ProgramFile): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    throw new MissingFilesError(`the file ${path} of the program is not on the server any more`, [hash], {
      remedy: 'submit the program again',
    })
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}
