import { Command, type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { packageManagers } from '../init/package-manager.ts'
import { isProjectName } from '../init/project-name.ts'

const example = `
Example:
  $ millrace init my-pipeline
  $ cd my-pipeline
  $ npm start`

export const initCommand = (): CommandUnknownOpts =>
  new Command('init')
    .description(
      'Makes a working project: a small pipeline with its data, a program that runs it, and a test. In a folder that ' +
        'is not empty it asks first, and says what would be overwritten.',
    )
    .argument('[folder]', 'where; made if need be', '.')
    .addOption(new Option('--name <name>', 'of its package (default: that of the folder)').argParser(name))
    .addOption(
      new Option(
        '--package-manager <name>',
        'what installs packages (default: what called this command, else npm)',
      ).choices(packageManagers),
    )
    .option('--no-install', 'leave the installation of packages to you')
    .option('--millrace <version>', 'of millrace: a version, or a folder or tarball (default: this one)')
    .option('-f, --force', 'overwrite without asking; what is overwritten is still listed')
    .option('-y, --yes', 'the same')
    .addHelpText('after', example)
    .action(async (folder, given) => {
      const { initProject } = await import('../init/init-project.ts')
      await initProject(folder, given)
    })

function name(text: string): string {
  if (isProjectName(text)) return text
  throw new InvalidArgumentError('It takes the name of a package: small letters, digits, dots and dashes.')
}
