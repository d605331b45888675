import { enumOf } from '../kernel/types.js'
import type { Severity } from './words.js'

export const SeverityType = enumOf<Severity>('Severity', 'Agreed business impact of a problem.', {
  CRITICAL: 'Work has stopped for many, and there is no way around it.',
  HIGH: 'Important work is held up, or the way around it is costly.',
  NORMAL: 'Work goes on with some trouble.',
  LOW: 'A question or a wish; nothing is held up.',
})
