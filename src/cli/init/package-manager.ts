import process from 'node:process'

export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const

export type PackageManager = (typeof packageManagers)[number]

/** That which has called this command, as in `npx millrace`; else npm, which comes with Node. */
export function callingPackageManager(
  env: Readonly<Record<string, string | undefined>> = process.env,
): PackageManager {
  const name = /^(\w+)\//.exec(env['npm_config_user_agent'] ?? '')?.[1]
  return packageManagers.find((known) => known === name) ?? 'npm'
}

/** How each of them runs what a project has installed. */
const executors: Readonly<Record<PackageManager, string>> = {
  npm: 'npx',
  pnpm: 'pnpm exec',
  yarn: 'yarn',
  bun: 'bunx',
}

/** As in `npx millrace`. */
export const executeWith = (manager: PackageManager): string => executors[manager]
