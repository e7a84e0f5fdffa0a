/** A real Chromium for reports, where there is one: none is downloaded. */

import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The first of its usual names on the PATH, or what `FAULTLINE_CHROMIUM` says. */
export function findChromium(): string | undefined {
  const given = process.env.FAULTLINE_CHROMIUM
  if (given !== undefined) return given
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find((file) => existsSync(file))
}

export const NO_CHROMIUM =
  'the report was not opened in a browser: there is no Chromium on the PATH (set FAULTLINE_CHROMIUM, or install the package chromium)'

/** Only what a page from a file needs; nothing asks anybody for updates. */
export function launchChromium(executablePath: string): Promise<Browser> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const args = ['--disable-gpu', '--disable-quic', '--disable-component-update', '--disable-sync', ...sandbox]
  return chromium.launch({ executablePath, args })
}
