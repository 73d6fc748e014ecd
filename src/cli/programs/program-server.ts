import process from 'node:process'
import { JobManagerClient } from '../../client/job-manager-client.ts'
import { dataFolder } from '../../jobs/daemon/data-folder.ts'
import type { Settings } from '../settings/settings.ts'
import type { FoundSubmit } from './messages.ts'

/** The server that a job goes to: the one that the user has chosen, else that of the program, else the usual one. */
export function programServer(settings: Settings, { remote }: FoundSubmit): JobManagerClient {
  const { url, token, timeout } = settings
  const isChosen = url.origin !== 'default' && url.origin !== dataFolder(undefined, process.env).serverFile
  const isOfProgram = !isChosen && remote?.url !== undefined
  // The program's token is for its own server only.
  const secret = token.value ?? (isOfProgram || remote?.url === url.value ? remote?.token : undefined)
  return new JobManagerClient({
    url: isOfProgram ? remote.url : url.value,
    timeout: timeout.value,
    retry: { attempts: 2 },
    ...(secret === undefined ? {} : { token: secret }),
  })
}
