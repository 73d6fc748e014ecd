// Must be imported before uvu: it tells uvu to leave the start of the run to us.

declare global {
  var UVU_DEFER: number | undefined
  var UVU_QUEUE: unknown[][] | undefined
}

globalThis.UVU_DEFER = 1
globalThis.UVU_QUEUE = [[null]]

export {}
