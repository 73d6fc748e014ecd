import { Option } from '@commander-js/extra-typings'
import { wholeNumber } from '../options.ts'

export const tailOption = (): Option<'-n, --tail <lines>', undefined, undefined, number> =>
  new Option('-n, --tail <lines>', 'begin with the last so many (default: all that are kept)').argParser(
    (text) => wholeNumber(text, 0, 1_000_000_000),
  )
