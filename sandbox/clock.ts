// The only file here that reads the machine's clock.

/** The machine's time. */
export const systemNow = (): Date => new Date()

/** Whole seconds since 1970, as Stripe writes every instant. */
export const toSeconds = (at: Date): number => Math.floor(at.getTime() / 1000)
