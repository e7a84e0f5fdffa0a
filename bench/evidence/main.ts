/** `npm run evidence [-- section…] [-- --short]`: what the scenarios about policies claim, measured and printed beside the bound. */

import { type Finding, lineOf } from './finding.ts'
import { paymentGateway } from './payment-gateway.ts'
import { primeDay } from './prime-day.ts'
import { retryStorm } from './retry-storm.ts'
import { vanishingResponse } from './vanishing-response.ts'

const SECTIONS: Readonly<Record<string, (flags: readonly string[]) => Promise<Finding[]>>> = {
  'prime-day': primeDay,
  'payment-gateway': paymentGateway,
  'vanishing-response': vanishingResponse,
  'retry-storm': retryStorm,
}

const flags = process.argv.slice(2).filter((word) => word.startsWith('--'))
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const unknown = asked.filter((name) => !Object.hasOwn(SECTIONS, name))
if (unknown.length > 0) {
  console.error(`there is no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}`)
  process.exit(64)
}
for (const [name, gather] of Object.entries(SECTIONS)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.log(`\n${name}`)
  for (const finding of await gather(flags)) {
    console.log(`  ${lineOf(finding)}`)
    if (!finding.met) process.exitCode = 1
  }
}
