import { z } from 'zod'

/** That a webhook was received. */
export interface WebhookReceipt {
  /** Whether it had been before. */
  readonly repeated: boolean
}

export const webhookReceiptSchema: z.ZodType<WebhookReceipt> = z
  .object({ repeated: z.boolean() })
  .meta({ id: 'WebhookReceipt' })
