import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { packageVersion } from '../../util/package-version.ts'
import { confirm } from '../confirm.ts'
import { untilInterrupted } from '../interrupts.ts'
import { note, print } from '../terminal.ts'
import { installPackages } from './install-packages.ts'
import { callingPackageManager, executeWith, type PackageManager } from './package-manager.ts'
import { projectFiles } from './project-files.ts'
import { projectNameOf } from './project-name.ts'
import { entriesOf, filesInTheWay, ProjectError, writeProject } from './write-project.ts'

/** As commander gives them. */
export interface GivenInitOptions {
  readonly name?: string | undefined
  readonly packageManager?: PackageManager | undefined
  readonly install: boolean
  readonly millrace?: string | undefined
  readonly force?: true | undefined
  readonly yes?: true | undefined
}

/** Makes a project, and has its packages installed. The files go to stdout, a line each. */
export const initProject = (path: string, given: GivenInitOptions): Promise<void> =>
  untilInterrupted(async (signal) => {
    const folder = resolve(path)
    const manager = given.packageManager ?? callingPackageManager()
    const name = given.name ?? projectNameOf(folder)
    const files = projectFiles('basic', {
      name,
      millrace: millraceOf(given.millrace),
      run: `${manager} run`,
      exec: executeWith(manager),
    })

    const isEmpty = entriesOf(folder).length === 0
    const overwritten = filesInTheWay(folder, files)
    if (overwritten.length > 0) note(`To be overwritten in ${folder}:\n${indented(overwritten)}`)
    if (!isEmpty) {
      const yes = given.force ?? given.yes
      await confirm(`${folder} is not empty. Make the project there?`, { yes, signal })
    }
    writeProject(folder, files)
    note(`The project ${name} is there:`)
    print([...files.keys()].map((file) => join(path, file)).join('\n'))

    const installed = given.install && (await install(manager, folder, signal))
    note(nextSteps(path, manager, installed))
  })

/** For package.json: a path there would be relative to the project. */
function millraceOf(given = `^${packageVersion()}`): string {
  return existsSync(given) ? `file:${resolve(given)}` : given
}

async function install(manager: PackageManager, folder: string, signal: AbortSignal): Promise<true> {
  note(`\n${manager} install`)
  const outcome = await installPackages(manager, folder, signal)
  if (outcome === true) return true
  const why = outcome === false ? '' : `: ${outcome.message}`
  throw new ProjectError(
    `The project is there, but its packages could not be installed${why}.`,
    `see what ${manager} says, and run ${manager} install in ${folder}`,
  )
}

function nextSteps(path: string, manager: PackageManager, installed: boolean): string {
  const exec = executeWith(manager)
  const steps = [
    ...(resolve(path) === process.cwd()
      ? []
      : [[`cd ${/^[\w./~-]+$/.test(path) ? path : JSON.stringify(path)}`, '']]),
    ...(installed ? [] : [[`${manager} install`, '']]),
    [`${manager} run start`, 'runs the pipeline'],
    [`${manager} run test`, 'tests it, in virtual time'],
    [`${exec} millrace jobmanager start`, 'starts a job server, which keeps jobs running'],
    [`${manager} run submit`, 'has the server run the pipeline'],
  ] as const
  const width = Math.max(...steps.map(([command]) => command.length)) + 2
  return `\nNext:\n${indented(steps.map(([command, what]) => `${command.padEnd(width)}${what}`.trimEnd()))}`
}

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n')
