/** Milliseconds that Node's timers can wait. They fire at once when asked for more. */
export const LONGEST_DELAY: number = 2 ** 31 - 1
