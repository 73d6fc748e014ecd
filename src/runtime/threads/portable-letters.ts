import { thrownBy, toPortableError } from '../../errors/portable-error-codec.ts'
import type { PortableError } from '../../errors/portable-error.ts'
import type { DeadLetter } from '../../functions/error-policy.ts'

/** How records of a channel are told to another thread, where they are not what can be copied as they are. */
export interface RecordCodec {
  readonly encode: (record: unknown) => unknown
  readonly decode: (record: unknown) => unknown
}

/** Dead letters keep the class of their errors. */
export const letterCodec: RecordCodec = {
  encode: (letter) => {
    const { error, ...rest } = letter as DeadLetter
    return { ...rest, error: toPortableError(error) }
  },
  decode: (letter) => {
    const { error, ...rest } = letter as Omit<DeadLetter, 'error'> & { readonly error: PortableError }
    return { ...rest, error: thrownBy(error) }
  },
}
