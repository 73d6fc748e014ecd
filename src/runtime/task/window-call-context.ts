import type { Window, WindowContext } from '../../functions/window.ts'
import type { ServiceMap } from '../../functions/services.ts'
import { CallContext } from './call-context.ts'

const NONE: Window = { key: undefined, start: NaN, end: NaN, firing: 'on-time', pane: 0 }

/** The context of the calls for windows, one at a time. */
export class WindowCallContext extends CallContext implements WindowContext<ServiceMap> {
  window: Window = NONE
}
