/** What is promised a deadline (S1). Class announced is the answer to "whose is it, and what does it cost". */
export const metrics = ['FIRST_RESPONSE', 'NEXT_RESPONSE', 'UPDATE', 'RESOLUTION', 'CLASS_ANNOUNCED'] as const
export type Metric = (typeof metrics)[number]

/** A TARGET has no remedy; a breached COMMITMENT posts a credit (R50). */
export const promiseKinds = ['TARGET', 'COMMITMENT'] as const
export type PromiseKind = (typeof promiseKinds)[number]
