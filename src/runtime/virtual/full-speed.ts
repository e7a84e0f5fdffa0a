import { setFlagsFromString } from 'node:v8'

/**
 * The command keeps its heap small (`bin/faultline.js`), which costs it nothing while processes do the work. A virtual world does the
 * work itself, in this process or in threads, and takes nearly twice as long for it that way.
 */
export function runAtFullSpeed(): void {
  setFlagsFromString('--no-optimize-for-size')
}
