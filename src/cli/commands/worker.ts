import { Command, type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { wholeNumber } from '../options.ts'

const example = `
Labels are shown where workers are listed. Ctrl-C, or SIGTERM, lets go of what runs here, each part with a last commit,
and ends then; a second one ends at once.

Example:
  $ millrace worker --engine nats://10.0.0.5:4222 --slots 4

With --ray the workers run on the machines of a Ray cluster, for as long as this command does; what $RAY_AUTH_TOKEN holds
opens it. The address of the engine is to be one that those machines can reach.

Example:
  $ millrace worker --engine nats://10.0.0.5:4222 --ray http://head:8265 --count 4`

export const workerCommand = (): CommandUnknownOpts =>
  new Command('worker')
    .summary('run parts of the jobs of a cluster on this machine')
    .description('Runs parts of the jobs of a cluster on this machine, until it is told to end.')
    .addOption(
      new Option('--engine <address>', 'where the engine of the cluster is, as in nats://host:4222')
        .env('MILLRACE_ENGINE')
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--slots <number>', 'processes that one job may have here')
        .argParser((text) => wholeNumber(text, 1, 1_000))
        .default(1),
    )
    .addOption(
      new Option('--labels <pairs>', 'what else is known of this machine, as in zone=a,gpu=no')
        .argParser(labelsOf)
        .default({}, 'none'),
    )
    .addOption(
      new Option(
        '--data-dir <folder>',
        'where files of programs are kept for the next start (default: nowhere)',
      ),
    )
    .addOption(new Option('--ray <address>', 'have a Ray cluster run workers, as in http://head:8265'))
    .addOption(
      new Option('--count <number>', 'workers that Ray runs')
        .argParser((text) => wholeNumber(text, 1, 1_000))
        .default(1),
    )
    .addOption(
      new Option('--cpus <number>', 'CPUs that Ray sets aside for each')
        .argParser((text) => wholeNumber(text, 1, 1_000))
        .default(1),
    )
    .addHelpText('after', example)
    .action(async (given) => {
      if (given.ray !== undefined) {
        const { runRayWorkers } = await import('../run-ray-workers.ts')
        return runRayWorkers({ ...given, ray: given.ray })
      }
      const { runWorker } = await import('../run-worker.ts')
      await runWorker({ ...given, dataFolder: given.dataDir ?? null })
    })

/** @throws InvalidArgumentError of commander, which names the option. */
function labelsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const at = pair.indexOf('=')
      if (at > 0) return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
      throw new InvalidArgumentError('It takes pairs, as in zone=a,gpu=no.')
    }),
  )
}
