import type { Clock } from '../time/clock.ts'
import type { StatusTable } from './status-tables.ts'
import type { ProviderHttp } from './wire/provider-http.ts'

/** What the providers over HTTP are made of. */
export interface ProviderParts {
  readonly name: string
  readonly http: ProviderHttp
  readonly statuses: StatusTable
  readonly clock: Clock
}
