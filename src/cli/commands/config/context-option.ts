import { Option } from '@commander-js/extra-typings'

/** Of commands that change the configuration file. */
export const contextOption = (): Option<'--context <name>'> =>
  new Option('--context <name>', 'whose setting it is (MILLRACE_CONTEXT; default: the one in use)')
