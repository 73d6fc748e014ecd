/** What nobody may get to see. */
export const token = 'a-token-of-a-test'
